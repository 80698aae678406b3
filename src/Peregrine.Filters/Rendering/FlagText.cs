using Peregrine.Events;

namespace Peregrine.Filters.Rendering;

/// <summary>Bits and enumerations as symbols.</summary>
public static class FlagText
{
    /// <summary>The symbols of the bits that are wholly contained, joined by <c>|</c>; nothing when none is. A symbol for 0 is printed only for 0.</summary>
    public static bool TryAppend(ValueBuffer text, FlagTable? table, uint value)
    {
        if (table is null) return false;
        var rest = value;
        var some = false;
        foreach (var symbol in table.Symbols)
        {
            var exact = symbol.Value == value;
            if (!exact && (symbol.Value == 0 || rest == 0 || (rest & symbol.Value) != symbol.Value)) continue;
            if (some) text.Append((byte)'|');
            text.Append(symbol.Utf8);
            some = true;
            // The symbol that says it all ends the list, whatever came before it in the table.
            if (exact) return true;
            rest &= ~symbol.Value;
        }
        return some;
    }

    /// <summary>The symbol of the value, or all that share it; nothing when there is none.</summary>
    public static bool TryAppendExact(ValueBuffer text, FlagTable? table, uint value)
    {
        if (table is null) return false;
        var some = false;
        foreach (var symbol in table.Symbols)
        {
            if (symbol.Value != value) continue;
            if (some) text.Append((byte)'|');
            text.Append(symbol.Utf8);
            some = true;
        }
        return some;
    }
}
