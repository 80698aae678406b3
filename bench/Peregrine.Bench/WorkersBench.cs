using System.Globalization;
using System.Text;

namespace Peregrine.Bench;

/// <summary>What several workers bring: how long a large capture takes with one, two and four of them, by the clock and in CPU time, less the same run over a capture without events.</summary>
internal static class WorkersBench
{
    private const int Runs = 3;

    private static readonly int[] Workers = [1, 2, 4];

    public static BenchResult Run(BenchSetup setup)
    {
        var packed = Path.Combine(setup.Data, "captures", "workstation.scap.gz");
        if (!File.Exists(packed)) return new BenchResult($"workers: skipped, {packed} is not there", "");
        var folder = Directory.CreateTempSubdirectory("peregrine-bench").FullName;
        try
        {
            var capture = CaptureFiles.Unpack(packed, folder);
            var summary = new StringBuilder().Append(CultureInfo.InvariantCulture, $"replay of {Path.GetFileName(packed)}, unpacked, {capture.Events} events, by number of workers; medians of {Runs}");
            var raw = new StringBuilder();
            var figures = new List<Figure>();
            foreach (var (name, files) in ReplayBench.RuleSets(setup, folder))
            {
                summary.Append('\n').Append(name).Append(':');
                foreach (var workers in Workers)
                {
                    var empty = Median(() => ReplayBench.Replay(setup, capture.Empty, files, workers));
                    var whole = Median(() => ReplayBench.Replay(setup, capture.Plain, files, workers));
                    var (wall, cpu) = (whole.WallSeconds - empty.WallSeconds, whole.CpuSeconds - empty.CpuSeconds);
                    var separator = workers == 1 ? "" : ";";
                    summary.Append(CultureInfo.InvariantCulture, $"{separator} {workers}: {capture.Events / wall / 1e6:0.0} M events/s, {cpu:0.00} s CPU, {whole.PeakBytes >> 20} MiB");
                    raw.Append(CultureInfo.InvariantCulture, $"{name} workers={workers} wall={wall:0.00} cpu={cpu:0.00} peak={whole.PeakBytes}\n");
                    figures.Add(new($"{name}, {workers} workers", capture.Events / wall / 1e6, "M events/s"));
                }
            }
            return new BenchResult(summary.ToString(), raw.ToString(), figures);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The median by the clock.</summary>
    private static ChildUsage.Usage Median(Func<ChildUsage.Usage> run) => Enumerable.Range(0, Runs).Select(_ => run()).OrderBy(static u => u.WallSeconds).ElementAt(Runs / 2);
}
