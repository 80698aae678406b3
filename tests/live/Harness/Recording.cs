using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Peregrine.LiveTests.Harness;

/// <summary>What a recording told at its end.</summary>
/// <param name="Written">Events of the kernel in the file.</param>
/// <param name="Generated">Events that the kernel made.</param>
/// <param name="Read">Events that were read.</param>
/// <param name="Dropped">Events that were lost.</param>
public sealed partial record RecordingSummary(ulong Written, ulong Generated, ulong Read, ulong Dropped)
{
    public static RecordingSummary Of(string logged)
    {
        var match = Line().Match(logged);
        Assert.True(match.Success, "the recording does not tell what it wrote:\n" + logged);
        return new(Number(match, 1), Number(match, 2), Number(match, 3), Number(match, 4));
    }

    private static ulong Number(Match match, int group) => ulong.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Events written: (\d+)(?: to \d+ files)?; generated: (\d+); read: (\d+); dropped: (\d+)")]
    private static partial Regex Line();
}

/// <summary>Runs the program over captures.</summary>
public static class Captures
{
    /// <summary>The lines that <c>events</c> prints for a capture.</summary>
    public static string[] Lines(string capture, string format, string? condition = null)
    {
        string[] filter = condition is null ? [] : ["--filter", condition];
        return Command.Run(Repository.Sensor, ["events", capture, "--format", format, .. filter]).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The alerts of a replay under a configuration, without captures of its own.</summary>
    public static List<Alert> Replay(string capture, string configuration, params string[] options)
    {
        string[] all = ["engine.kind=replay", "engine.replay.capture_file=" + capture, "capture.enabled=false", .. options];
        var result = Command.Run(Repository.Sensor, ["-c", configuration, .. all.SelectMany(o => (string[])["-o", o])]).Succeeded();
        return [.. result.Output.Split('\n').Select(Alert.Parse).OfType<Alert>()];
    }

    /// <summary>Copies a capture, and the copy once more: both must be the same to the byte.</summary>
    public static string StableCopy(string capture)
    {
        var (once, twice) = (capture + ".once", capture + ".twice");
        Command.Run(Repository.Sensor, "events", capture, "-w", once).Succeeded();
        Command.Run(Repository.Sensor, "events", once, "-w", twice).Succeeded();
        Command.Run("cmp", once, twice).Succeeded();
        return once;
    }

    /// <summary>Runs the program on a terminal of its own; returns all that the terminal showed.</summary>
    public static string OnTerminal(LiveFolder folder, params string[] arguments)
    {
        var shown = Path.Combine(folder.Path, "terminal");
        var line = string.Join(' ', arguments.Prepend(Repository.Sensor).Select(a => $"'{a}'"));
        Command.Run("script", "-q", "-e", "-c", line, shown).Succeeded();
        return File.ReadAllText(shown);
    }
}
