using System.Text.Json;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>A large capture gives the same alerts, in the same order, as the reference: the folder is <c>CAPTURES_DIR</c>, else the one beside the conformance cases.</summary>
public sealed class LargeCaptureTests
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("CAPTURES_DIR") is { Length: > 0 } given ? given : Path.GetFullPath(Path.Combine(ConformanceData.Folder, "..", "captures"));
    private static readonly string Rules = Path.GetFullPath(Path.Combine(Folder, "..", "rules"));

    [Theory]
    [InlineData("workstation.stable.alerts.jsonl", "falco_rules.yaml")]
    [InlineData("workstation.all.alerts.jsonl", "falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml")]
    public void The_workstation_gives_the_alerts_of_the_reference(string expected, params string[] rules)
    {
        var capture = Path.Combine(Folder, "workstation.scap.gz");
        if (!File.Exists(capture)) Assert.Skip($"{capture} is not there");
        var run = SensorRun.Of([.. rules.SelectMany(r => (string[])["-r", Path.Combine(Rules, r)]), "-o", "engine.kind=replay", "-o", "engine.replay.capture_file=" + capture, "-o", "json_output=true"]);
        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        Assert.Equal(File.ReadLines(Path.Combine(Folder, expected)).Select(l => SensorRun.Normal(JsonDocument.Parse(l).RootElement)), run.AlertsAsJson());
    }
}
