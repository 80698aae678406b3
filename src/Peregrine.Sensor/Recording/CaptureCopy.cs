using Peregrine.Capture;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Sensor.Replay;
using Peregrine.Sensor.Terminal;
using Peregrine.State;

namespace Peregrine.Sensor.Recording;

/// <summary>
/// Copies a capture, all of it or the events that fit a condition, with what the state needs to understand them. Events of old schemas are written in the current one; those of newer
/// schemas are kept as they are.
/// </summary>
internal static class CaptureCopy
{
    private const int StopCheckInterval = 4096;

    /// <summary>Copies until the end, or until it is told to stop. What was copied before a mistake in the capture is written.</summary>
    public static ulong Run(CaptureReader reader, CaptureWriter writer, CompiledFilter? filter, Progress progress, CancellationToken stop)
    {
        var scratch = new EvaluationScratch();
        var state = CaptureSeed.NewState(reader.Metadata, new StateOptions());
        writer.WriteSection(reader.Metadata);
        for (var i = 0; reader.TryRead(out var captured); i++)
        {
            if (captured.StartsSection)
            {
                state = CaptureSeed.NewState(reader.Metadata, new StateOptions());
                writer.WriteSection(reader.Metadata);
            }
            if (filter is null || !EventSchema.IsKnown(captured.Event.Type))
            {
                writer.WriteEvent(captured);
            }
            else
            {
                var context = new EventContext { Event = captured.Event, Cpu = captured.Cpu, Number = captured.Number, IsStateOnly = !captured.IsSurfaced };
                state.Apply(ref context);
                if (EventRecorder.FlagsOf(filter, ref context, scratch, captured.Flags) is { } flags) writer.WriteEvent(captured.Event, captured.Cpu, flags);
                state.Complete(ref context);
            }
            if (i % StopCheckInterval != 0) continue;
            progress.Show(writer.Events, reader.SourcePosition, reader.SourceLength);
            if (stop.IsCancellationRequested) break;
        }
        return writer.Events;
    }
}
