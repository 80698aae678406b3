using System.Globalization;
using Peregrine.Bench;

(string Name, Func<BenchSetup, BenchResult> Run)[] all =
[
    ("hub", HubBench.Run),
    ("idle", IdleBench.Run),
    ("latency", LatencyBench.Run),
    ("live", LiveBench.Run),
    ("load", LoadBench.Run),
    ("loss", LossBench.Run),
    ("micro", MicroBench.Run),
    ("replay", ReplayBench.Run),
    ("syscalls", SyscallBench.Run),
    ("verifier", VerifierBench.Run),
    ("workers", WorkersBench.Run),
];

if (args.Length > 0 && !all.Any(b => b.Name == args[0]))
{
    Console.Error.WriteLine($"there is no benchmark '{args[0]}'; there are {string.Join(", ", all.Select(b => b.Name))}");
    return 1;
}
try
{
    var setup = BenchSetup.Find() with { Only = args.Length > 1 ? args[1] : "" };
    foreach (var (name, run) in all)
    {
        if (args.Length > 0 && args[0] != name) continue;
        var speed = Calibration.Measure(setup);
        var result = run(setup);
        if (speed is not null && result.Figures is { Count: > 0 } figures)
            result = result with { Summary = string.Create(CultureInfo.InvariantCulture, $"{result.Summary}\n{speed.Name}: {speed.Value:0.00} {speed.Unit}"), Figures = [speed, .. figures] };
        Console.WriteLine(result.Summary);
        if (result.Raw.Length > 0) Console.WriteLine("raw results: " + setup.Save(name, result));
    }
    return 0;
}
catch (BenchException e)
{
    Console.Error.WriteLine("bench: " + e.Message);
    return 1;
}
