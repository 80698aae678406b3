using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>
/// The value of a field for one event: a number, a text or bytes, or a list of these. One instance is reused for many extractions;
/// its buffers serve values that do not stand anywhere as they are (<c>proc.cmdline</c>).
/// </summary>
public ref struct FieldValue
{
    /// <summary>Space for composed texts. Owned by the evaluator; valid until the next event.</summary>
    public readonly ValueBuffer Buffer;

    /// <summary>Texts, paths, buffers, addresses (4 or 16 bytes).</summary>
    public ReadOnlySpan<byte> Bytes;

    /// <summary>Numbers, sign-extended; booleans are 0 and 1.</summary>
    public long Number;

    /// <summary>Elements, for list fields; in <see cref="ValueBuffer"/>.</summary>
    public ListValue? List;

    /// <summary>For fields of type <see cref="ParamType.Dyn"/>: the event's own parameter, whose type and format the value is printed with. Null for the others.</summary>
    public ParamInfo? Param;

    public FieldValue(ValueBuffer buffer)
    {
        Buffer = buffer;
    }

    /// <summary>Sets a text or bytes; true for an extractor to return.</summary>
    public bool Set(ReadOnlySpan<byte> bytes)
    {
        Bytes = bytes;
        return true;
    }

    public bool Set(long number)
    {
        Number = number;
        return true;
    }

    public bool Set(ulong number)
    {
        Number = unchecked((long)number);
        return true;
    }

    /// <summary>Sets a number of type <see cref="ParamType.Double"/>; <see cref="Number"/> holds its bits.</summary>
    public bool Set(double number)
    {
        Number = BitConverter.DoubleToInt64Bits(number);
        return true;
    }

    /// <summary>The number of a field of type <see cref="ParamType.Double"/>.</summary>
    public readonly double Double => BitConverter.Int64BitsToDouble(Number);

    public bool Set(bool flag)
    {
        Number = flag ? 1 : 0;
        return true;
    }
}
