using System.Diagnostics;
using System.Text.RegularExpressions;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests;

/// <summary>What the README tells a newcomer to type works, and shows what the README says.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Root = Repository.Root;
    private static readonly string Text = File.ReadAllText(Path.Combine(Root, "README.md"));

    [Fact]
    public void TheFirstTwoCommandsAreRunAndTest()
    {
        Assert.Equal(["./dev run", "./dev test"], Commands().Take(2));
    }

    [Fact]
    public void EveryLinkLeadsToAFile()
    {
        foreach (Match link in Links().Matches(Text))
            Assert.True(File.Exists(Path.Combine(Root, link.Groups[1].Value)), "the README links to a file that is not there: " + link.Groups[1].Value);
    }

    [Fact]
    public async Task RunShowsTheAlertOfTheCommandThatTheReadmeGives()
    {
        Assert.SkipUnless(Environment.UserName == "root", "the sensor needs root");
        var commands = Commands();
        using var sensor = Start(commands[0]);
        var lines = new List<string>();
        var alert = new TaskCompletionSource();
        void Take(string? line)
        {
            if (line is null) return;
            lock (lines) lines.Add(line);
            if (line.Contains("A search for private keys or passwords was started", StringComparison.Ordinal)) alert.TrySetResult();
        }
        sensor.OutputDataReceived += (_, e) => Take(e.Data);
        sensor.ErrorDataReceived += (_, e) => Take(e.Data);
        sensor.BeginOutputReadLine();
        sensor.BeginErrorReadLine();
        try
        {
            // The build may take minutes on a fresh clone; until the sensor watches, nothing is seen.
            for (var i = 0; i < 300 && !alert.Task.IsCompleted && !sensor.HasExited; i++)
            {
                using var deed = Start(commands[2]);
                await deed.WaitForExitAsync(TestContext.Current.CancellationToken);
                await Task.WhenAny(alert.Task, Task.Delay(1000, TestContext.Current.CancellationToken));
            }
            Assert.True(alert.Task.IsCompleted, "no alert came; the sensor said:\n" + Snapshot(lines));
        }
        finally
        {
            if (!sensor.HasExited) Process.Start("kill", ["-INT", sensor.Id.ToString()]).WaitForExit();
            sensor.WaitForExit(30_000);
            if (!sensor.HasExited) sensor.Kill(entireProcessTree: true);
        }
        sensor.WaitForExit();
        var said = Snapshot(lines);
        Assert.Equal(0, sensor.ExitCode);
        Assert.Contains("Events detected: ", said, StringComparison.Ordinal);
        Assert.Contains("   Search Private Keys or Passwords: ", said, StringComparison.Ordinal);
    }

    private static string Snapshot(List<string> lines)
    {
        lock (lines) return string.Join('\n', lines);
    }

    private static List<string> Commands() => [.. ShellBlocks().Matches(Text).Select(m => m.Groups[1].Value.Trim())];

    private static Process Start(string command) => Process.Start(new ProcessStartInfo("bash", ["-c", "exec " + command])
    {
        WorkingDirectory = Root,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlocks();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Links();
}
