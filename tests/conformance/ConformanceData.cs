using System.Collections.Concurrent;
using System.Text.Json;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>The folder of cases: <c>CONFORMANCE_DIR</c>, else <c>../shared/conformance</c> beside the repository.</summary>
public static class ConformanceData
{
    private static readonly ConcurrentDictionary<string, Dictionary<string, JsonElement>> Groups = new();

    public static string Folder { get; } = Environment.GetEnvironmentVariable("CONFORMANCE_DIR") is { Length: > 0 } given
        ? Path.GetFullPath(given)
        : Path.GetFullPath(Path.Combine(RepositoryRoot(), "..", "shared", "conformance"));

    /// <summary>A row per case of the group, named; a single skipped row where the group is absent.</summary>
    public static IEnumerable<TheoryDataRow<string>> Names(string group)
    {
        var cases = Load(group);
        if (cases.Count == 0) return [new TheoryDataRow<string>("") { Skip = $"no cases in {Folder}/{group}" }];
        return cases.Keys.Select(name => new TheoryDataRow<string>(name));
    }

    public static JsonElement Case(string group, string name) => Load(group)[name];

    /// <summary>Cases that we do not follow, each with the reason. They are skipped, and the run says why.</summary>
    private static readonly Dictionary<string, string> Deviations = new(StringComparer.Ordinal)
    {
        ["compile_extra/108"] = "proc.exe_ino.ctime_duration_proc_start: the capture holds neither start times nor inode times, and the reference has a value for exactly the threads of the "
            + "capture's table (184 of 303 events): it computes it from fields that were never set. We give no value where there is none.",
    };

    /// <summary>Runs one case and counts it for the table that is printed at the end.</summary>
    public static void Run(string group, string name, Action<JsonElement> test)
    {
        try
        {
            if (Deviations.TryGetValue(name, out var reason)) throw new CaseSkippedException(reason);
            test(Case(group, name));
            ConformanceReport.Count(group, passed: true);
        }
        catch (CaseSkippedException e)
        {
            ConformanceReport.Skip(group, e.Message);
            Assert.Skip(e.Message);
        }
        catch
        {
            ConformanceReport.Count(group, passed: false);
            throw;
        }
    }

    /// <summary>The path of an input file named by a case.</summary>
    public static string File(string relative) => Path.Combine(Folder, "files", relative);

    public static string RepositoryRoot()
    {
        for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
            if (System.IO.File.Exists(Path.Combine(dir.FullName, "Peregrine.slnx"))) return dir.FullName;
        throw new InvalidOperationException("the tests run outside the repository");
    }

    private static Dictionary<string, JsonElement> Load(string group) => Groups.GetOrAdd(group, static g =>
    {
        var path = Path.Combine(Folder, g, "cases.jsonl");
        var cases = new Dictionary<string, JsonElement>();
        if (!System.IO.File.Exists(path)) return cases;
        foreach (var line in System.IO.File.ReadLines(path))
        {
            if (line.Length == 0) continue;
            var element = JsonDocument.Parse(line).RootElement;
            cases[element.GetProperty("name").GetString()!] = element;
        }
        return cases;
    });
}
