using System.Text;

namespace Peregrine.Filters;

/// <summary>Counts how many constants satisfy an operator, for the modifiers; with no constants none is satisfied.</summary>
internal sealed class CountTest(CheckModifier modifier, ValueTest[] tests) : ValueTest
{
    public override bool Holds(ref FieldValue value)
    {
        var count = 0;
        foreach (var test in tests)
        {
            if (test.Holds(ref value)) count++;
            else if (modifier == CheckModifier.AllOf) return false;
            if (count == 1 && modifier == CheckModifier.AnyOf) return true;
            if (count == 2 && modifier == CheckModifier.OneOf) return false;
        }
        return modifier == CheckModifier.OneOf ? count == 1 : count > 0;
    }

    public override void AppendKey(StringBuilder key)
    {
        key.Append(modifier);
        foreach (var test in tests)
        {
            key.Append(" (");
            test.AppendKey(key);
            key.Append(')');
        }
    }
}
