using System.Runtime.CompilerServices;
using System.Text;
using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>Where a side of a check gets its value from: a field, a constant, or a transformer over others. Immutable.</summary>
internal abstract class ValueSource
{
    public abstract ParamType Type { get; }

    public virtual bool IsList => false;

    public virtual FieldScope Scope => FieldScope.Constant;

    /// <summary>What must be known of a container for the value to be there.</summary>
    public virtual ContainerFacts Awaits => ContainerFacts.None;

    /// <summary>
    /// Whether elements of a list end with a NUL that counts when they are looked up, as the reference's text transformers leave it: such an element equals no constant.
    /// </summary>
    public virtual bool HasTerminators => false;

    /// <summary>Gets the value. False when the event has none; what was gotten stays valid until the scratch's buffer is reset.</summary>
    public abstract bool TryGet(ref EventContext context, ref FieldValue value);

    /// <summary>What any of the sources awaits.</summary>
    private protected static ContainerFacts Union(ReadOnlySpan<ValueSource> sources)
    {
        var facts = ContainerFacts.None;
        foreach (var source in sources) facts |= source.Awaits;
        return facts;
    }

    /// <summary>Appends the expression's text, which is the same for equal sources.</summary>
    public abstract void AppendKey(StringBuilder key);
}

/// <summary>A field's value.</summary>
internal class FieldSource(FieldReference reference) : ValueSource
{
    private readonly FieldExtractor? _extract = reference.Field.Extract;
    private readonly FieldArg _arg = reference.Arg;

    public FieldReference Reference => reference;

    public override ParamType Type => reference.Field.Type;

    public override bool IsList => reference.Field.IsList;

    public override FieldScope Scope => reference.Field.Scope;

    public override ContainerFacts Awaits => reference.Field.Awaits;

    public override bool TryGet(ref EventContext context, ref FieldValue value) => Extract(ref context, ref value);

    /// <summary>The field's value as it stands in the event.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Extract(ref EventContext context, ref FieldValue value) => _extract is { } extract && extract(ref context, _arg, ref value);

    public override void AppendKey(StringBuilder key) => key.Append(reference.Text);
}

/// <summary>A constant text or number, as an argument of a transformer.</summary>
internal sealed class LiteralSource(string text) : ValueSource
{
    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(text);

    public override ParamType Type => ParamType.Charbuf;

    public override bool TryGet(ref EventContext context, ref FieldValue value) => value.Set(_utf8);

    public override void AppendKey(StringBuilder key) => ConditionText.AppendQuoted(key, text);
}

/// <summary>A list written out as an argument of a transformer.</summary>
internal sealed class ListSource(ValueSource[] items) : ValueSource
{
    public override ParamType Type => ParamType.Charbuf;

    public override bool IsList => true;

    public override FieldScope Scope => items.Length == 0 ? FieldScope.Constant : items.Max(i => i.Scope);

    public override ContainerFacts Awaits => Union(items);

    public IReadOnlyList<ValueSource> Items => items;

    /// <summary>An item without a value fails the whole list.</summary>
    public override bool TryGet(ref EventContext context, ref FieldValue value)
    {
        var list = value.Buffer.List();
        foreach (var item in items)
        {
            var element = new FieldValue(value.Buffer);
            if (!item.TryGet(ref context, ref element)) return false;
            if (!item.IsList) list.Add(ValueText.Of(item, ref element));
            else ValueText.AddAll(item, ref element, list);
        }
        value.List = list;
        return true;
    }

    public override void AppendKey(StringBuilder key)
    {
        key.Append('(');
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0) key.Append(',');
            items[i].AppendKey(key);
        }
        key.Append(')');
    }
}
