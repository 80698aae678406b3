using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>Numbers in conditions: decimal, with a sign perhaps. One that does not fit its type wraps around, as in the reference.</summary>
internal static class NumberConstants
{
    /// <summary>The number as the type holds it, sign- or zero-extended.</summary>
    /// <exception cref="FilterException">The text is no decimal number.</exception>
    public static long Parse(string text, ParamType type, out bool fits)
    {
        var isSigned = ValueClasses.Of(type) == ValueClass.Signed;
        if (!TryRead(text, isSigned, out var wide, out fits)) throw new FilterException($"{text} is not a valid number");
        var narrow = Narrow(wide, ValueClasses.SizeOf(type), isSigned);
        fits &= narrow == wide;
        return narrow;
    }

    /// <summary>Doubles are compared with whole numbers of 32 bits only.</summary>
    public static double ParseDouble(string text)
    {
        if (!TryRead(text, isSigned: true, out var wide, out _)) throw new FilterException($"{text} is not a valid number");
        return (int)wide;
    }

    /// <summary>A port: digits, or a service's name; nothing is 0.</summary>
    public static long ParsePort(string text, ServiceTable services, out bool fits)
    {
        fits = true;
        if (text.Length == 0) return 0;
        if (text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
        {
            if (!int.TryParse(text, out var number)) throw new FilterException($"{text} is not a valid number");
            fits = number <= ushort.MaxValue;
            return (ushort)number;
        }
        return services.TryFind(text, out var port) ? port : throw new FilterException($"unrecognized protocol {text}");
    }

    public static long ParseBool(string text) => text switch
    {
        "true" => 1,
        "false" => 0,
        _ => throw new FilterException($"filter error: unrecognized boolean value {text}"),
    };

    private static bool TryRead(string text, bool isSigned, out long value, out bool fits)
    {
        value = 0;
        fits = true;
        var digits = text.AsSpan().TrimStart();
        var negative = digits.Length > 0 && digits[0] == '-';
        if (digits.Length > 0 && digits[0] is '+' or '-') digits = digits[1..];
        if (digits.Length == 0 || digits.IndexOfAnyExceptInRange('0', '9') >= 0) return false;
        if (!ulong.TryParse(digits, out var magnitude))
        {
            fits = false;
            magnitude = ulong.MaxValue;
        }
        if (isSigned)
        {
            // The largest number stands for all beyond it.
            if (magnitude > long.MaxValue) (fits, magnitude) = (false, negative ? 1UL << 63 : long.MaxValue);
            value = unchecked(negative ? -(long)magnitude : (long)magnitude);
            return true;
        }
        // What is beyond the largest number stays the largest, sign or not.
        value = unchecked(negative && fits ? -(long)magnitude : (long)magnitude);
        fits &= !negative || magnitude == 0;
        return true;
    }

    private static long Narrow(long value, int size, bool isSigned) => (size, isSigned) switch
    {
        (1, true) => (sbyte)value,
        (2, true) => (short)value,
        (4, true) => (int)value,
        (1, false) => (byte)value,
        (2, false) => (ushort)value,
        (4, false) => (uint)value,
        _ => value,
    };
}
