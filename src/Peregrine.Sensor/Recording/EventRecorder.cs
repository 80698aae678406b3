using Peregrine.Capture;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Kernel;
using Peregrine.State;

namespace Peregrine.Sensor.Recording;

/// <summary>Writes events to a capture as they come. With a condition, those that do not fit and change the state are written as such, so that the rest can be understood.</summary>
internal sealed class EventRecorder : IEventSink
{
    private readonly EvaluationScratch _scratch = new();
    private readonly StateEngine _state;
    private readonly CompiledFilter? _filter;
    private readonly RotatingCapture _capture;
    private readonly StateNotes _notes;
    private readonly NoteSink _sink;
    private ulong _number;

    public EventRecorder(StateEngine state, CompiledFilter? filter, RotatingCapture capture)
    {
        (_state, _filter, _capture) = (state, filter, capture);
        _notes = new StateNotes(state);
        _sink = (note, flags) => capture.WriteEvent(note, 0, flags);
        state.Listener = _notes;
    }

    /// <summary>Events written, without what was noted about the state.</summary>
    public ulong Written { get; private set; }

    /// <summary>When the event at hand happened, ns since the epoch; null before the first.</summary>
    public ulong? Time { get; private set; }

    /// <summary>A container's answer has come.</summary>
    public void OnLearned(ContainerEntry container) => _notes.ContainerChanged(container);

    public void OnEvent(ushort cpu, in EventView e)
    {
        Time = _notes.Time = e.Timestamp;
        var context = new EventContext { Event = e, Cpu = cpu, Number = ++_number, State = _state };
        _state.Apply(ref context);
        var flags = FlagsOf(_filter, ref context, _scratch, CaptureEventFlags.None);
        _notes.Accompany(ref context);
        // What was looked up for the event, by the state or the condition, comes before it.
        _notes.Flush(_sink);
        if (flags is { } wanted && !_capture.IsFull)
        {
            _capture.WriteEvent(e, cpu, wanted);
            if (!_capture.IsFull) Written++;
        }
        _state.Complete(ref context);
    }

    /// <summary>Containers are told by events that other plugins use for other things.</summary>
    private static bool ChangesState(scoped in EventView e) => e.Info.Has(EventFlags.ModifiesState) || e.Type == EventType.AsynceventE;

    /// <summary>With which flags an event is written, given those it has; null when it is left out.</summary>
    public static CaptureEventFlags? FlagsOf(CompiledFilter? filter, ref EventContext context, EvaluationScratch scratch, CaptureEventFlags flags)
    {
        if (filter is null || (!context.IsStateOnly && filter.Matches(ref context, scratch))) return flags;
        return ChangesState(in context.Event) ? flags | CaptureEventFlags.StateOnly : null;
    }
}
