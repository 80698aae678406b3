using System.Text;

namespace Peregrine.Filters;

/// <summary><c>in</c> (every element is a constant) and <c>intersects</c> (one is) on lists.</summary>
internal sealed class ListTest : ValueTest
{
    private readonly ValueTest _element;
    private readonly bool _all;

    public ListTest(ValueTest element, bool all) => (_element, _all) = (element, all);

    /// <summary>An empty list is in every set and intersects none.</summary>
    public override bool Holds(ref FieldValue value)
    {
        if (value.List is not { } list) return false;
        var element = new FieldValue(value.Buffer);
        for (var i = 0; i < list.Count; i++)
        {
            element.Bytes = list.Text(i);
            element.Number = list.Number(i);
            if (_element.Holds(ref element) != _all) return !_all;
        }
        return _all;
    }

    public override void AppendKey(StringBuilder key)
    {
        key.Append(_all ? "all " : "any ");
        _element.AppendKey(key);
    }
}
