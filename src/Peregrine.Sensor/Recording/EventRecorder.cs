using Peregrine.Capture;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Kernel;
using Peregrine.State;

namespace Peregrine.Sensor.Recording;

/// <summary>Writes events to a capture as they come. With a condition, those that do not fit and change the state are written as such, so that the rest can be understood.</summary>
internal sealed class EventRecorder(StateEngine state, CompiledFilter? filter, CaptureWriter writer) : IEventSink
{
    private readonly EvaluationScratch _scratch = new();
    private ulong _number;

    public void OnEvent(ushort cpu, EventView e)
    {
        var context = new EventContext { Event = e, Cpu = cpu, Number = ++_number, State = state };
        state.Apply(ref context);
        if (filter is null || filter.Matches(ref context, _scratch)) writer.WriteEvent(e, cpu);
        else if (e.Info.Has(EventFlags.ModifiesState)) writer.WriteEvent(e, cpu, CaptureEventFlags.StateOnly);
        state.Complete(ref context);
    }
}
