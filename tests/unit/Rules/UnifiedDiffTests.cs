using System.Diagnostics;
using Peregrine.Rules;
using Xunit;

namespace Peregrine.UnitTests.Rules;

/// <summary>Differences are those that patch understands.</summary>
public sealed class UnifiedDiffTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-diff-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void ChangesStandBetweenThreeLinesOfWhatStays()
    {
        var before = string.Concat(Enumerable.Range(1, 30).Select(static i => $"{i}\n"));
        var after = before.Replace("\n5\n", "\n5a\n5b\n", StringComparison.Ordinal).Replace("\n20\n", "\n", StringComparison.Ordinal);
        Assert.Equal("""
            --- f
            +++ f (formatted)
            @@ -2,7 +2,8 @@
             2
             3
             4
            -5
            +5a
            +5b
             6
             7
             8
            @@ -17,7 +18,6 @@
             17
             18
             19
            -20
             21
             22
             23

            """.Replace("\r", "", StringComparison.Ordinal), UnifiedDiff.Of("f", before, after));
    }

    [Fact]
    public void EqualTextsHaveNoDifference() => Assert.Empty(UnifiedDiff.Of("f", "a\nb\n", "a\nb\n"));

    /// <summary>The independent judge: patch makes the second text of the first.</summary>
    [Fact]
    public void PatchTakesThem()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/patch"), "patch is not installed");
        var random = new Random(7);
        for (var i = 0; i < 40; i++)
        {
            var before = Lines(random, random.Next(0, 60));
            var after = new List<string>(before);
            for (var edits = random.Next(1, 12); edits > 0; edits--)
            {
                var at = random.Next(after.Count + 1);
                if (random.Next(2) == 0 || at == after.Count) after.Insert(at, $"{random.Next(5)}");
                else after.RemoveAt(at);
            }
            if (before.SequenceEqual(after)) continue;
            Assert.Equal(Text(after), Patched(Text(before), UnifiedDiff.Of("f", Text(before), Text(after))));
        }
    }

    private static List<string> Lines(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => $"{random.Next(5)}")];

    private static string Text(List<string> lines) => string.Concat(lines.Select(static l => l + "\n"));

    private string Patched(string before, string diff)
    {
        var (file, patch) = (Path.Combine(_folder.FullName, "f"), Path.Combine(_folder.FullName, "f.diff"));
        File.WriteAllText(file, before);
        File.WriteAllText(patch, diff);
        using var run = Process.Start(new ProcessStartInfo("/usr/bin/patch", ["-s", "-F0", file, patch]) { RedirectStandardOutput = true })!;
        var output = run.StandardOutput.ReadToEnd();
        run.WaitForExit();
        Assert.True(run.ExitCode == 0, output + diff);
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }
}
