namespace Peregrine.Bench;

/// <summary>How fast the machine is at the moment: the time of a program that everybody has, over a file that does not change. Figures of different machines and hours are compared by it.</summary>
internal static class Calibration
{
    private const int Runs = 5;

    /// <summary>The name in results.</summary>
    public const string Name = "gzip -dc, for calibration";

    /// <summary>Unpacks the large capture; null where it is not there.</summary>
    public static Figure? Measure(BenchSetup setup) =>
        File.Exists(setup.Capture) ? new Figure(Name, Enumerable.Range(0, Runs).Select(_ => ChildUsage.Run("/bin/gzip", false, "-dc", setup.Capture).CpuSeconds).Order().ElementAt(Runs / 2), "s") : null;
}
