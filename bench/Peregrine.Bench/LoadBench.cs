using System.Globalization;
using System.Text;

namespace Peregrine.Bench;

/// <summary>What loading rules costs, from reading the files to being ready for the first event: a replay of a capture without events, less the same with a single rule.</summary>
internal static class LoadBench
{
    public static BenchResult Run(BenchSetup setup)
    {
        var packed = setup.Capture;
        if (!File.Exists(packed)) return new BenchResult($"load: skipped, {packed} is not there", "");
        var folder = Directory.CreateTempSubdirectory("peregrine-bench").FullName;
        try
        {
            var capture = CaptureFiles.Unpack(packed, folder);
            var summary = new StringBuilder("loading rules until ready");
            var raw = new StringBuilder();
            var figures = new List<Figure>();
            ChildUsage.Usage? one = null;
            foreach (var (name, files) in ReplayBench.RuleSets(setup, folder))
            {
                var usage = ReplayBench.Median(() => ReplayBench.Replay(setup, capture.Empty, files));
                one ??= usage;
                summary.Append(CultureInfo.InvariantCulture, $"\n{name}: {(usage.WallSeconds - one.WallSeconds) * 1000:0} ms more than one rule ({(usage.CpuSeconds - one.CpuSeconds) * 1000:0} ms CPU), {usage.PeakBytes >> 20} MiB at most; the whole process {usage.WallSeconds * 1000:0} ms");
                figures.Add(new($"{name}: until ready, whole process", usage.WallSeconds * 1000, "ms"));
                figures.Add(new($"{name}: memory at most", usage.PeakBytes / 1048576.0, "MiB"));
                raw.Append(CultureInfo.InvariantCulture, $"{name} cpu={usage.CpuSeconds:0.000} wall={usage.WallSeconds:0.000} peak={usage.PeakBytes}\n");
            }
            return new BenchResult(summary.ToString(), raw.ToString(), figures);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
