using System.Globalization;
using System.Text.RegularExpressions;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>How the sensor starts, ends and refuses. These sensors are their own; the shared one runs beside them.</summary>
[Collection(LiveCollection.Name)]
public sealed partial class LifecycleScenarios(LiveSensor shared)
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public void ASignalEndsItWithASummary(string signal)
    {
        using var folder = new LiveFolder();
        var path = folder.Write("file", "");
        var rules = folder.Write("rules.yaml", $"""
            - rule: Opened once
              desc: The test's file was opened.
              condition: evt.type in (open, openat, openat2) and fd.name = {path}
              output: opened %fd.name
              priority: NOTICE

            """);
        using var sensor = SensorProcess.Start("-c", folder.Write("config.yaml", LiveSensor.Configuration(rules)));
        sensor.WaitUntilItWatches(() => shared.Deeds.Do("open", path), alert => alert.Rule == "Opened once");
        shared.Deeds.Do("open", path).Succeeded();
        Thread.Sleep(500);
        var alerts = sensor.Alerts(a => a.Rule == "Opened once").Count;
        Assert.Equal(0, sensor.Stop(signal));
        alerts = sensor.Alerts(a => a.Rule == "Opened once").Count;
        var said = sensor.Said + sensor.Logged;
        Assert.True(ulong.Parse(Detected().Match(said).Groups[1].Value, CultureInfo.InvariantCulture) >= (ulong)alerts, said);
        Assert.Contains($"Opened once: {alerts}", said, StringComparison.Ordinal);
    }

    [Fact]
    public void ATimeLimitEndsIt()
    {
        using var folder = new LiveFolder();
        using var sensor = SensorProcess.Start("-c", folder.Write("config.yaml", LiveSensor.Configuration(Repository.Rules)), "-M", "2");
        Assert.Equal(0, sensor.WaitForExit(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void ARuleWithAnErrorIsShownWithItsPlace()
    {
        using var folder = new LiveFolder();
        var rules = folder.Write("bad.yaml", "- rule: bad\n  desc: d\n  condition: proc.name = \n  output: o\n  priority: INFO\n");
        var (code, said) = Refused(folder, "-r", rules);
        Assert.Equal(1, code);
        Assert.Contains("bad.yaml", said, StringComparison.Ordinal);
        Assert.Matches(@"\^", said);
        AssertNoTrace(said);
    }

    [Fact]
    public void AFileThatIsNotYamlIsShownWithItsPlace()
    {
        using var folder = new LiveFolder();
        var (code, said) = Refused(folder, "-r", folder.Write("broken.yaml", "- rule: [unclosed\n  desc: d\n"));
        Assert.Equal(1, code);
        Assert.Contains("broken.yaml", said, StringComparison.Ordinal);
        AssertNoTrace(said);
    }

    [Fact]
    public void AConfigurationWithAnErrorIsShownWithItsPlace()
    {
        using var folder = new LiveFolder();
        var (code, said) = Refused(folder, "-c", folder.Write("config.yaml", $"rules_files: [{Repository.Rules}]\npriority: [loud\n"));
        Assert.Equal(1, code);
        Assert.Contains("config.yaml", said, StringComparison.Ordinal);
        AssertNoTrace(said);
    }

    [Fact]
    public void AMissingRulesFileIsNamed()
    {
        using var folder = new LiveFolder();
        var (code, said) = Refused(folder, "-r", Path.Combine(folder.Path, "nowhere.yaml"));
        Assert.Equal(1, code);
        Assert.Contains("nowhere.yaml", said, StringComparison.Ordinal);
        AssertNoTrace(said);
    }

    [Fact]
    public void WithoutRootItSaysWhatIsMissing()
    {
        var readable = Path.GetTempPath();
        var result = Command.RunIn(readable, "/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "HOME=" + readable, "DOTNET_BUNDLE_EXTRACT_BASE_DIR=" + readable, Repository.Sensor, "-r", Repository.Rules, "-M", "1");
        Assert.SkipWhen(result.ExitCode is 126 or 127, "the repository lies where other users may not read");
        Assert.Equal(1, result.ExitCode);
        Assert.Matches("root|capab|permission|privilege", result.Error.ToLowerInvariant());
        AssertNoTrace(result.Error);
    }

    private static (int Code, string Said) Refused(LiveFolder folder, params string[] arguments)
    {
        if (arguments[0] != "-c") arguments = ["-c", folder.Write("plain.yaml", "json_output: true\n"), .. arguments];
        using var sensor = SensorProcess.Start(arguments);
        return (sensor.WaitForExit(TimeSpan.FromSeconds(20)), sensor.Logged + sensor.Said);
    }

    private static void AssertNoTrace(string said) => Assert.DoesNotMatch(@"Unhandled exception|   at Peregrine\.|   at System\.", said);

    [GeneratedRegex(@"Events detected: (\d+)")]
    private static partial Regex Detected();
}
