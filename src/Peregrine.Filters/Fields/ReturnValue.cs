using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>Which parameter of an event is the call's result: <c>res</c>, or <c>fd</c> where a call that makes a descriptor has it first.</summary>
internal static class ReturnValue
{
    private static readonly sbyte[] Positions = Build();

    /// <summary>Its position; -1 for events without one.</summary>
    public static int PositionIn(EventType type) => Positions[(int)type];

    public static bool TryGet(ref EventContext context, out long value)
    {
        var position = Positions[(int)context.Event.Type];
        value = 0;
        if (position < 0 || context.Event.Param(position).IsEmpty) return false;
        value = context.Event.Int(position);
        return true;
    }

    private static sbyte[] Build()
    {
        var positions = new sbyte[EventSchema.Count];
        foreach (var info in EventSchema.Events)
        {
            var position = info.IsEnter ? -1 : info.IndexOf("res"u8);
            if (position < 0 && !info.IsEnter && info.Params is [{ Name: "fd", Type: ParamType.Fd }, ..]) position = 0;
            positions[(int)info.Type] = (sbyte)position;
        }
        return positions;
    }
}
