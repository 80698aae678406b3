using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>A transformer of texts: of the value, or of each element of a list.</summary>
internal abstract class TextTransformer(string name, ValueSource inner) : ValueSource
{
    public ValueSource Inner => inner;

    public override ParamType Type => inner.Type;

    public override bool IsList => inner.IsList;

    public override FieldScope Scope => inner.Scope;

    public override ContainerFacts Awaits => inner.Awaits;

    public override bool HasTerminators => true;

    public override bool TryGet(ref EventContext context, ref FieldValue value)
    {
        if (!inner.TryGet(ref context, ref value)) return false;
        if (!inner.IsList)
        {
            if (!Transform(value.Bytes, value.Buffer, out var result)) return false;
            value.Bytes = result;
            return true;
        }
        if (value.List is not { } list) return false;
        var results = value.Buffer.List();
        for (var i = 0; i < list.Count; i++)
        {
            if (!Transform(list.Text(i), value.Buffer, out var result)) return false;
            results.Add(result);
        }
        value.List = results;
        return true;
    }

    public override void AppendKey(StringBuilder key)
    {
        key.Append(name).Append('(');
        inner.AppendKey(key);
        key.Append(')');
    }

    protected abstract bool Transform(ReadOnlySpan<byte> text, ValueBuffer buffer, out ReadOnlySpan<byte> result);
}

/// <summary><c>tolower</c> and <c>toupper</c>: the letters of ASCII, byte by byte.</summary>
internal sealed class CaseSource(string name, ValueSource inner, bool upper) : TextTransformer(name, inner)
{
    protected override bool Transform(ReadOnlySpan<byte> text, ValueBuffer buffer, out ReadOnlySpan<byte> result)
    {
        var target = buffer.Take(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            target[i] = upper
                ? (uint)(c - 'a') <= 'z' - 'a' ? (byte)(c - 0x20) : c
                : (uint)(c - 'A') <= 'Z' - 'A' ? (byte)(c + 0x20) : c;
        }
        result = target;
        return true;
    }
}

/// <summary><c>basename</c>: what follows the last slash.</summary>
internal sealed class BasenameSource(ValueSource inner) : TextTransformer("basename", inner)
{
    protected override bool Transform(ReadOnlySpan<byte> text, ValueBuffer buffer, out ReadOnlySpan<byte> result)
    {
        result = text[(text.LastIndexOf((byte)'/') + 1)..];
        return true;
    }
}

/// <summary>
/// <c>b64</c>: decodes; what cannot be decoded has no value. Padding may be missing. A decoded text ends at its first NUL.
/// </summary>
/// <param name="inner">A text or a buffer.</param>
/// <param name="terminated">Whether a decoded buffer ends with a NUL that counts as part of it, as in the reference, where it then equals no constant.</param>
internal sealed class Base64Source(ValueSource inner, bool terminated) : TextTransformer("b64", inner)
{
    private readonly bool _isText = ValueClasses.Of(inner.Type) == ValueClass.Text;

    protected override bool Transform(ReadOnlySpan<byte> text, ValueBuffer buffer, out ReadOnlySpan<byte> result)
    {
        result = default;
        text = text.TrimEnd((byte)0);
        var digits = text.TrimEnd((byte)'=');
        if (digits.Length % 4 == 1 || text.Length - digits.Length > 2 || digits.IndexOfAny(" \t\r\n"u8) >= 0) return false;
        var padded = buffer.Take((digits.Length + 3) / 4 * 4);
        digits.CopyTo(padded);
        padded[digits.Length..].Fill((byte)'=');
        var target = buffer.Take(Base64.GetMaxDecodedFromUtf8Length(padded.Length) + 1);
        if (Base64.DecodeFromUtf8(padded, target, out _, out var written) != OperationStatus.Done) return false;
        if (_isText)
        {
            var end = target[..written].IndexOf((byte)0);
            if (end >= 0) written = end;
        }
        else if (terminated && (written == 0 || target[written - 1] != 0))
        {
            target[written++] = 0;
        }
        result = target[..written];
        return true;
    }
}

/// <summary><c>len</c>: bytes of a text or buffer, elements of a list.</summary>
internal sealed class LengthSource(ValueSource inner) : ValueSource
{
    public ValueSource Inner => inner;

    public override ParamType Type => ParamType.Uint64;

    public override FieldScope Scope => inner.Scope;

    public override ContainerFacts Awaits => inner.Awaits;

    public override bool TryGet(ref EventContext context, ref FieldValue value)
    {
        if (!inner.TryGet(ref context, ref value)) return false;
        value.Number = inner.IsList ? value.List?.Count ?? 0 : value.Bytes.Length;
        value.List = null;
        return true;
    }

    public override void AppendKey(StringBuilder key)
    {
        key.Append("len(");
        inner.AppendKey(key);
        key.Append(')');
    }
}
