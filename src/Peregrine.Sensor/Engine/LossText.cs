using System.Globalization;
using Peregrine.Kernel;

namespace Peregrine.Sensor.Engine;

/// <summary>Losses in words.</summary>
internal static class LossText
{
    /// <summary><c> (ring full: 12, …)</c>, the worst reason first; empty when nothing was lost.</summary>
    public static string Reasons(LossCounts counts)
    {
        var reasons = List(Enum.GetValues<DropReason>().Select(reason => (Name(reason), counts.DroppedBy(reason))));
        return reasons.Length == 0 ? "" : $" ({reasons})";
    }

    /// <summary>By class of event, then by CPU.</summary>
    public static string ClassesAndCpus(KernelStatistics statistics) =>
        List(Enum.GetValues<EventClass>().Select(of => (Name(of), statistics.DroppedOf(of)))) + "; by CPU: "
        + List(statistics.Cpus.Select(cpu => (cpu.Cpu.ToString(CultureInfo.InvariantCulture), cpu.Dropped)));

    public static string Name(DropReason reason) => reason switch
    {
        DropReason.RingFull => "ring full",
        DropReason.Reserved => "room kept for more important events",
        DropReason.TooLarge => "record too large",
        DropReason.Busy => "probe busy",
        DropReason.NoRing => "CPU without ring",
        _ => "probe error",
    };

    public static string Name(EventClass of) => of switch
    {
        EventClass.CloneFork => "clone and fork",
        EventClass.Execve => "execve",
        EventClass.Connect => "connect",
        EventClass.Open => "open",
        EventClass.DirFile => "directories and names",
        EventClass.OtherInterest => "rights and namespaces",
        EventClass.Close => "close",
        EventClass.ProcExit => "exit",
        EventClass.ReadWrite => "read and write",
        EventClass.Routine => "memory and waits",
        _ => "other",
    };

    private static string List(IEnumerable<(string Name, ulong Count)> counts) =>
        string.Join(", ", counts.Where(c => c.Count > 0).OrderByDescending(c => c.Count).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Name}: {c.Count}")));
}
