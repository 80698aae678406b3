using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Xunit;

[assembly: AssemblyFixture(typeof(Peregrine.ConformanceTests.ConformanceReport))]

namespace Peregrine.ConformanceTests;

/// <summary>Counts the cases by group and, when all have run, writes the table to <c>artifacts/conformance.txt</c>.</summary>
public sealed class ConformanceReport : IDisposable
{
    private static readonly ConcurrentDictionary<string, (int Passed, int Failed)> Counts = new();

    public static void Count(string group, bool passed) =>
        Counts.AddOrUpdate(group, passed ? (1, 0) : (0, 1), (_, old) => passed ? (old.Passed + 1, old.Failed) : (old.Passed, old.Failed + 1));

    public void Dispose()
    {
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"{"group",-20} {"passed",7} {"failed",7}");
        foreach (var (group, (passed, failed)) in Counts.OrderBy(c => c.Key, StringComparer.Ordinal))
            table.AppendLine(CultureInfo.InvariantCulture, $"{group,-20} {passed,7} {failed,7}");
        var folder = Path.Combine(ConformanceData.RepositoryRoot(), "artifacts");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "conformance.txt"), table.ToString());
    }
}
