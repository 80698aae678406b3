using System.Text;
using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary><c>join(separator, list)</c>.</summary>
internal sealed class JoinSource(ValueSource separator, ValueSource list) : ValueSource
{
    public override ParamType Type => ParamType.Charbuf;

    public override FieldScope Scope => separator.Scope > list.Scope ? separator.Scope : list.Scope;

    public override ContainerFacts Awaits => separator.Awaits | list.Awaits;

    public override bool TryGet(ref EventContext context, ref FieldValue value)
    {
        var elements = new FieldValue(value.Buffer);
        if (!list.TryGet(ref context, ref elements)) return false;
        var between = new FieldValue(value.Buffer);
        if (!separator.TryGet(ref context, ref between)) return false;
        var texts = value.Buffer.List();
        ValueText.AddAll(list, ref elements, texts);
        var space = ValueText.Of(separator, ref between);
        value.Buffer.Begin();
        for (var i = 0; i < texts.Count; i++)
        {
            if (i > 0) value.Buffer.Append(space);
            value.Buffer.Append(texts.Text(i));
        }
        return value.Set(value.Buffer.End());
    }

    public override void AppendKey(StringBuilder key)
    {
        key.Append("join(");
        separator.AppendKey(key);
        key.Append(',');
        list.AppendKey(key);
        key.Append(')');
    }
}

/// <summary><c>concat(a, b, …)</c>.</summary>
internal sealed class ConcatSource(ValueSource[] parts) : ValueSource
{
    public override ParamType Type => ParamType.Charbuf;

    public override FieldScope Scope => parts.Max(p => p.Scope);

    public override ContainerFacts Awaits => Union(parts);

    public override bool TryGet(ref EventContext context, ref FieldValue value)
    {
        var texts = value.Buffer.List();
        foreach (var part in parts)
        {
            var piece = new FieldValue(value.Buffer);
            if (!part.TryGet(ref context, ref piece)) return false;
            texts.Add(ValueText.Of(part, ref piece));
        }
        value.Buffer.Begin();
        for (var i = 0; i < texts.Count; i++) value.Buffer.Append(texts.Text(i));
        return value.Set(value.Buffer.End());
    }

    public override void AppendKey(StringBuilder key)
    {
        key.Append("concat(");
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0) key.Append(',');
            parts[i].AppendKey(key);
        }
        key.Append(')');
    }
}
