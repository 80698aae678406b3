using System.Globalization;
using System.Text;
using Peregrine.Events;

namespace Peregrine.Filters.Fields;

/// <summary>The argument of <c>evt.arg</c> and <c>evt.rawarg</c>: a position, or a name with its position in each event type.</summary>
internal sealed class EventArgument
{
    private readonly sbyte[]? _positions;
    private readonly int _index;

    private EventArgument(int index) => _index = index;

    private EventArgument(string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        _positions = new sbyte[EventSchema.Count];
        for (var i = 0; i < _positions.Length; i++) _positions[i] = (sbyte)EventSchema.Get((EventType)i).IndexOf(utf8);
    }

    /// <summary>The parameter's position in events of this type; -1 when they have none of that name.</summary>
    public int IndexIn(EventType type) => _positions is null ? _index : _positions[(int)type];

    public static bool ParseText(string tail, out int consumed, out FieldArg arg)
    {
        if (tail.StartsWith('.')) return ParseName(tail, isRaw: false, out consumed, out arg);
        arg = FieldArg.None;
        if (!FieldTails.TryBrackets(tail, out var text, out consumed)) throw new FilterException("filter syntax error: evt.arg" + tail);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return false;
        arg = new() { Text = text, Utf8 = Encoding.UTF8.GetBytes(text), Index = index, Parsed = new EventArgument(index) };
        return true;
    }

    public static bool ParseRaw(string tail, out int consumed, out FieldArg arg)
    {
        if (tail.StartsWith('.')) return ParseName(tail, isRaw: true, out consumed, out arg);
        if (tail.StartsWith('[')) throw new FilterException("evt.arg fields must be expressed explicitly");
        throw new FilterException("filter syntax error: evt.rawarg" + tail);
    }

    /// <summary>The longest parameter name of any event that the text starts with; of events that share it, the first says the type.</summary>
    private static bool ParseName(string tail, bool isRaw, out int consumed, out FieldArg arg)
    {
        var text = tail.AsSpan(1);
        ParamInfo? longest = null;
        foreach (var info in EventSchema.Events)
        {
            foreach (var param in info.Params)
                if (param.Name.Length > (longest?.Name.Length ?? 0) && text.StartsWith(param.Name, StringComparison.Ordinal)) longest = param;
        }
        if (longest is null) throw new FilterException("unknown event argument " + tail[1..]);
        consumed = longest.Name.Length + 1;
        arg = new() { Text = longest.Name, Utf8 = longest.NameUtf8, Parsed = new EventArgument(longest.Name), Param = isRaw ? longest : null };
        return true;
    }
}
