using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Xunit;

[assembly: AssemblyFixture(typeof(Peregrine.ConformanceTests.ConformanceReport))]

namespace Peregrine.ConformanceTests;

/// <summary>Counts the cases by group and, when all have run, writes the table to <c>artifacts/conformance.txt</c>, with the reasons for what was skipped below it.</summary>
public sealed class ConformanceReport : IDisposable
{
    private static readonly ConcurrentDictionary<string, Figures> Counts = new();
    private static readonly ConcurrentDictionary<(string Group, string Reason), int> Reasons = new();

    private readonly record struct Figures(int Passed, int Failed, int Skipped);

    public static void Count(string group, bool passed) => Add(group, passed ? new(1, 0, 0) : new(0, 1, 0));

    public static void Skip(string group, string reason)
    {
        Add(group, new(0, 0, 1));
        Reasons.AddOrUpdate((group, reason), 1, static (_, count) => count + 1);
    }

    public void Dispose()
    {
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"{"group",-20} {"passed",7} {"failed",7} {"skipped",7}");
        foreach (var (group, (passed, failed, skipped)) in Counts.OrderBy(c => c.Key, StringComparer.Ordinal))
            table.AppendLine(CultureInfo.InvariantCulture, $"{group,-20} {passed,7} {failed,7} {skipped,7}");
        foreach (var ((group, reason), count) in Reasons.OrderBy(r => r.Key))
            table.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{group}: {count} skipped: {reason}");
        var folder = Path.Combine(ConformanceData.RepositoryRoot(), "artifacts");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "conformance.txt"), table.ToString());
    }

    private static void Add(string group, Figures more) =>
        Counts.AddOrUpdate(group, more, (_, old) => new(old.Passed + more.Passed, old.Failed + more.Failed, old.Skipped + more.Skipped));
}
