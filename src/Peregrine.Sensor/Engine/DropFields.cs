using System.Globalization;
using Peregrine.Kernel;
using Peregrine.Sensor.Alerts;

namespace Peregrine.Sensor.Engine;

/// <summary>What the alert about dropped events tells. Every figure is a text, as dashboards expect it.</summary>
internal static class DropFields
{
    /// <param name="dropped">All drops, simulated ones included.</param>
    /// <param name="counts">What was counted in the same time.</param>
    /// <param name="fromKernel">Whether the events come from the probe.</param>
    public static IReadOnlyList<InternalField> Make(ulong dropped, LossCounts counts, bool fromKernel)
    {
        // The probe never gives an event up for a page fault: what cannot be read is left empty.
        return
        [
            Field("ebpf_enabled", fromKernel ? 1u : 0u),
            Field("n_drops", dropped),
            Field("n_drops_buffer_clone_fork_exit", Buffer(EventClass.CloneFork)),
            Field("n_drops_buffer_close_exit", Buffer(EventClass.Close)),
            Field("n_drops_buffer_connect_exit", Buffer(EventClass.Connect)),
            Field("n_drops_buffer_dir_file_exit", Buffer(EventClass.DirFile)),
            Field("n_drops_buffer_execve_exit", Buffer(EventClass.Execve)),
            Field("n_drops_buffer_open_exit", Buffer(EventClass.Open)),
            Field("n_drops_buffer_other_interest_exit", Buffer(EventClass.OtherInterest)),
            Field("n_drops_buffer_proc_exit", Buffer(EventClass.ProcExit)),
            Field("n_drops_buffer_total", counts.DroppedInBuffer),
            Field("n_drops_bug", counts.Dropped - counts.DroppedInBuffer - counts.DroppedBy(DropReason.TooLarge)),
            Field("n_drops_page_faults", 0),
            Field("n_drops_scratch_map", counts.DroppedBy(DropReason.TooLarge)),
            Field("n_evts", counts.Generated),
        ];

        ulong Buffer(EventClass of) => counts.DroppedInBufferOf(of);

        static InternalField Field(string key, ulong value) => new(key, value.ToString(CultureInfo.InvariantCulture));
    }
}
