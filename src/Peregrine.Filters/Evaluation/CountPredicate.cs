using System.Text;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>Counts how many constants make a check true, for the modifiers, on fields of several candidates.</summary>
public sealed class CountPredicate : PredicateNode
{
    private readonly CheckModifier _modifier;
    private readonly PredicateNode[] _elements;

    internal CountPredicate(CheckModifier modifier, PredicateNode[] elements)
    {
        (_modifier, _elements) = (modifier, elements);
        (Scope, Awaits) = (Widest(elements), AwaitsOf(elements));
    }

    public override FieldScope Scope { get; }

    public override ContainerFacts Awaits { get; }

    public override bool Evaluate(ref EventContext context, EvaluationScratch scratch)
    {
        var count = 0;
        foreach (var element in _elements)
        {
            if (element.Evaluate(ref context, scratch)) count++;
            else if (_modifier == CheckModifier.AllOf) return false;
            if (count == 1 && _modifier == CheckModifier.AnyOf) return true;
            if (count == 2 && _modifier == CheckModifier.OneOf) return false;
        }
        return _modifier == CheckModifier.OneOf ? count == 1 : count > 0;
    }

    internal override void AppendKey(StringBuilder key) => AppendKeys(key, _elements, (char)('0' + (int)_modifier));
}
