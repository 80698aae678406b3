using System.Globalization;
using Peregrine.Capture;

namespace Peregrine.LiveTests.Harness;

/// <summary>
/// What the sensor knows of the machine, compared with what <c>/proc</c> says: a rule with <c>capture: true</c> has the sensor write a capture, which begins with its tables of threads and descriptors.
/// </summary>
/// <param name="sensor">A sensor with the configuration and the rule that are given here.</param>
/// <param name="folder">Where captures are written.</param>
public sealed class StateSnapshot(SensorProcess sensor, LiveFolder folder)
{
    private int _taken;

    public static string Configuration(LiveFolder folder) => $"capture: {{enabled: true, mode: rules, compression: none, default_duration: 100, path_prefix: {folder.Path}/capture}}\n";

    public static string Rule(LiveFolder folder) => $"""
        - rule: Snapshot
          desc: The sensor is to write down what it knows.
          condition: evt.type in (open, openat, openat2) and fd.name startswith {folder.Path}/snapshot-
          output: snapshot %fd.name
          priority: NOTICE
          capture: true

        """;

    /// <summary>The threads that the sensor knows, its own process's left out: it does not watch itself.</summary>
    public Dictionary<long, ThreadRecord> Take()
    {
        var before = Captures().ToHashSet();
        var file = folder.Write($"snapshot-{++_taken}", "");
        Command.Run("/bin/cat", file).Succeeded();
        sensor.Expect("Snapshot", alert => alert["fd.name"] == file);
        for (var tries = 0; tries < 400; tries++)
        {
            if (Captures().FirstOrDefault(c => !before.Contains(c)) is { } capture && Threads(capture) is { } threads) return threads;
            Thread.Sleep(25);
        }
        throw new TimeoutException($"no capture came for {file}:\n{sensor.Logged}");
    }

    private IEnumerable<string> Captures() => Directory.EnumerateFiles(folder.Path, "capture*");

    private Dictionary<long, ThreadRecord>? Threads(string capture)
    {
        try
        {
            using var reader = CaptureReader.Open(capture);
            return reader.Metadata.Threads.Where(t => t.Pid != sensor.Id).ToDictionary(t => t.Tid);
        }
        catch (CaptureException)
        {
            // Not yet written as far as to the end of the tables.
            return null;
        }
    }
}

/// <summary>A thread on the machine.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="Started">In ticks since the machine's start: an id that was given away is another thread.</param>
/// <param name="MustBeKnown">Whether the sensor must know it.</param>
public readonly record struct LiveThread(long Pid, string Started, bool MustBeKnown);

/// <summary>The machine's threads at one moment, as <c>/proc</c> lists them.</summary>
public static class LiveThreads
{
    private const uint KernelThread = 0x200000;

    /// <summary>Every thread by its id.</summary>
    public static Dictionary<long, LiveThread> List()
    {
        var threads = new Dictionary<long, LiveThread>();
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!long.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
            try
            {
                foreach (var task in Directory.GetDirectories(Path.Combine(process, "task")))
                {
                    var stat = File.ReadAllText(Path.Combine(task, "stat"));
                    var words = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                    // A zombie is no longer there for anybody but its parent; the kernel's own threads come and go without events.
                    var comes = words[0] is "Z" or "X" || (uint.Parse(words[6], CultureInfo.InvariantCulture) & KernelThread) != 0;
                    threads[long.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture)] = new LiveThread(pid, words[19], !comes);
                }
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }
        return threads;
    }

    /// <summary>The descriptors of a process.</summary>
    public static SortedSet<long> Descriptors(long pid) =>
        [.. Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Select(f => long.Parse(Path.GetFileName(f), CultureInfo.InvariantCulture))];

    public static string NameOf(long tid)
    {
        try
        {
            return File.ReadAllText($"/proc/{tid}/comm").Trim();
        }
        catch (IOException)
        {
            return "ended";
        }
    }
}
