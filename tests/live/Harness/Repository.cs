namespace Peregrine.LiveTests.Harness;

/// <summary>Where things lie in the repository that the tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The sensor under test: <c>PEREGRINE</c> when set, else what <c>./dev build</c> left.</summary>
    public static string Sensor { get; } = Environment.GetEnvironmentVariable("PEREGRINE") ?? Path.Combine(Root, "out", "peregrine");

    public static string Rules { get; } = Path.Combine(Root, "rules", "peregrine_rules.yaml");

    /// <summary>The reference's rule files, beside the conformance cases; null where they are absent.</summary>
    public static string? ReferenceRules
    {
        get
        {
            var cases = Environment.GetEnvironmentVariable("CONFORMANCE_DIR") ?? Path.Combine(Root, "..", "shared", "conformance");
            var rules = Path.GetFullPath(Path.Combine(cases, "..", "rules"));
            return Directory.Exists(rules) ? rules : null;
        }
    }

    private static string FindRoot()
    {
        for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
            if (File.Exists(Path.Combine(dir.FullName, "Peregrine.slnx"))) return dir.FullName;
        throw new InvalidOperationException("the tests run outside the repository");
    }
}
