namespace Peregrine.Bench;

/// <summary>What a benchmark found: lines for people, and every single figure.</summary>
/// <param name="Summary">A few lines for the terminal; the head of the results file too.</param>
/// <param name="Raw">One figure a line; empty when there was nothing to measure.</param>
/// <param name="Figures">What is worth following from run to run.</param>
internal sealed record BenchResult(string Summary, string Raw, IReadOnlyList<Figure>? Figures = null)
{
    /// <summary>Below <c>bench/results</c>; null for the CPU's, which figures of time depend on.</summary>
    public string? Folder { get; init; }
}

/// <summary>A figure whose history is shown.</summary>
internal sealed record Figure(string Name, double Value, string Unit);

/// <summary>A benchmark cannot run; the message says what is missing.</summary>
internal sealed class BenchException(string message) : Exception(message);

/// <summary>Where the repository, what is built and the inputs are.</summary>
internal sealed record BenchSetup(string Root)
{
    /// <summary>The built sensor.</summary>
    public string Sensor => Built("BENCH_SENSOR", "peregrine");

    /// <summary>The built hub.</summary>
    public string Hub => Built("BENCH_HUB", "peregrine-hub");

    /// <summary>Of a benchmark with many rows only those with this in their name; empty for all.</summary>
    public string Only { get; init; } = "";

    /// <summary>The folder with large captures and rule files: <c>BENCH_DATA_DIR</c>, else <c>../shared</c> beside the repository.</summary>
    public string Data => Environment.GetEnvironmentVariable("BENCH_DATA_DIR") is { Length: > 0 } given ? given : Path.GetFullPath(Path.Combine(Root, "..", "shared"));

    /// <summary>The large capture, packed.</summary>
    public string Capture => Path.Combine(Data, "captures", "workstation.scap.gz");

    public static BenchSetup Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Peregrine.slnx"))) return new BenchSetup(folder.FullName);
        }
        throw new BenchException("not inside the repository");
    }

    private string Built(string variable, string name)
    {
        var file = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : Path.Combine(Root, "out", name);
        return File.Exists(file) ? file : throw new BenchException($"{file} is not there: run ./dev build first");
    }

    /// <summary>
    /// Writes the figures to <c>bench/results/CPU/NAME.txt</c>, those of some rows to <c>NAME-ROWS.txt</c>; results are kept per CPU because most mean nothing without it.
    /// </summary>
    public string Save(string name, BenchResult result)
    {
        var folder = Path.Combine(Root, "bench", "results", result.Folder ?? CpuName());
        Directory.CreateDirectory(folder);
        var rows = string.Concat(Only.Split([' ', '/', ','], StringSplitOptions.RemoveEmptyEntries).Select(static word => "-" + word));
        var file = Path.Combine(folder, name + rows + ".txt");
        var head = string.Concat(result.Summary.Split('\n').Select(l => "# " + l + "\n"));
        if (result.Figures is { Count: > 0 } figures) ResultFile.Add(Path.Combine(folder, $"{DateTime.UtcNow:yyyy-MM-dd}.json"), name, figures);
        ResultsPage.Write(Path.Combine(Root, "bench", "results"));
        File.WriteAllText(file, $"# {DateTime.UtcNow:yyyy-MM-dd}, {Environment.OSVersion.VersionString}, {Environment.ProcessorCount} CPUs\n{head}{result.Raw}");
        return Path.GetRelativePath(Root, file);
    }

    private static string CpuName()
    {
        var line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        var name = line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? "unknown-cpu";
        return string.Join('-', name.ToLowerInvariant().Split([' ', '(', ')', '@', '/', ','], StringSplitOptions.RemoveEmptyEntries));
    }
}
