using Peregrine.Capture;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Kernel;
using Peregrine.State;

namespace Peregrine.Sensor.Recording;

/// <summary>Writes events to a capture as they come. With a condition, those that do not fit and change the state are written as such, so that the rest can be understood.</summary>
internal sealed class EventRecorder(StateEngine state, CompiledFilter? filter, RotatingCapture capture) : IEventSink
{
    private readonly EvaluationScratch _scratch = new();
    private ulong _number;

    public void OnEvent(ushort cpu, EventView e)
    {
        var context = new EventContext { Event = e, Cpu = cpu, Number = ++_number, State = state };
        state.Apply(ref context);
        if (FlagsOf(filter, ref context, _scratch, CaptureEventFlags.None) is { } flags) capture.WriteEvent(e, cpu, flags);
        state.Complete(ref context);
    }

    /// <summary>With which flags an event is written, given those it has; null when it is left out.</summary>
    public static CaptureEventFlags? FlagsOf(CompiledFilter? filter, ref EventContext context, EvaluationScratch scratch, CaptureEventFlags flags)
    {
        if (filter is null || (!context.IsStateOnly && filter.Matches(ref context, scratch))) return flags;
        return context.Event.Info.Has(EventFlags.ModifiesState) ? flags | CaptureEventFlags.StateOnly : null;
    }
}
