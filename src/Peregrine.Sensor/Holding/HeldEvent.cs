using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Sensor.Alerts;
using Peregrine.State;

namespace Peregrine.Sensor.Holding;

/// <summary>A rule that matches an event, or does so if its container is what the rest of its condition asks for.</summary>
/// <param name="Index">The rule's place in the engine.</param>
/// <param name="Rest">What is left of the condition.</param>
/// <param name="Alert">The alert, made when the event happened.</param>
internal readonly record struct HeldMatch(int Index, PredicateNode Rest, HeldAlert Alert);

/// <summary>An event whose alerts wait for what its container is. Everything in it is its own: the state goes on meanwhile.</summary>
internal sealed class HeldEvent
{
    private readonly byte[] _record;
    private readonly ThreadEntry _thread;
    private readonly FdEntry? _fd;
    private readonly long _fdNumber;
    private readonly ushort _cpu;

    public HeldEvent(ref EventContext context, List<HeldMatch> matches)
    {
        _record = context.Event.Record.ToArray();
        _thread = context.Thread!.Snapshot();
        _fd = context.Fd?.Snapshot();
        (_fdNumber, _cpu) = (context.FdNumber, context.Cpu);
        Matches = matches;
        Size = _record.Length + 512 + matches.Sum(static m => m.Alert.Size);
    }

    /// <summary>The rules that match or may match, in order.</summary>
    public List<HeldMatch> Matches { get; }

    /// <summary>Roughly the bytes that it holds.</summary>
    public int Size { get; }

    /// <summary>The event as it was.</summary>
    public EventContext Context(StateEngine state) => new()
    {
        Event = EventView.Trusted(_record),
        Cpu = _cpu,
        // No number: texts made for an event that is under way must not be taken for this one's.
        Number = 0,
        State = state,
        Thread = _thread,
        Fd = _fd,
        FdNumber = _fdNumber,
    };
}
