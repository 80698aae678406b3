using Peregrine.Capture;

namespace Peregrine.ConformanceTests;

/// <summary>What a capture gives when it is read to its end or to its first mistake.</summary>
internal sealed record CapturedEvents(List<CapturedEvents.Item> Items, ulong Dropped, string? Error, int Threads)
{
    /// <summary>A surfaced event.</summary>
    public sealed record Item(string Type, long Tid, ulong Timestamp, ushort Cpu, string[] Params);

    /// <summary>Reads a capture. <paramref name="keepParams"/> is off for captures of which only the types are compared.</summary>
    public static CapturedEvents Read(string path, bool keepParams = true)
    {
        var items = new List<Item>();
        CaptureReader? reader = null;
        string? error = null;
        var threads = 0;
        try
        {
            reader = CaptureReader.Open(path);
            threads = reader.Metadata.Threads.Count;
            while (reader.TryRead(out var e))
                if (e.IsSurfaced) items.Add(Keep(e, keepParams));
        }
        catch (CaptureException e)
        {
            error = e.Problem;
        }
        using (reader) return new CapturedEvents(items, reader?.Dropped ?? 0, error, threads);
    }

    private static Item Keep(CaptureEvent e, bool keepParams)
    {
        var values = new string[keepParams ? e.Event.ParamCount : 0];
        for (var i = 0; i < values.Length; i++) values[i] = Convert.ToHexStringLower(e.Event.Param(i));
        return new Item(e.Event.Info.Id, e.Event.ThreadId, e.Event.Timestamp, e.Cpu, values);
    }
}
