using System.Text;
using System.Text.Json;
using Peregrine.Sensor;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>profile, as a person calls it.</summary>
public sealed class ProfileCommandTests : IDisposable
{
    private const string Rules = """
        - rule: Opened
          desc: d
          condition: evt.type = open and fd.name contains /b
          output: opened
          priority: WARNING
        - rule: Closed
          desc: d
          condition: evt.type = close and proc.name = nobody
          output: closed
          priority: WARNING
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-profile-");

    public ProfileCommandTests()
    {
        using (var recording = new SampleRecording(At("in.scap")))
            for (var i = 0; i < 400; i++) recording.Open(i, i % 4 < 2 ? "/a" : "/b");
        File.WriteAllText(At("rules.yaml"), Rules);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_table_shows_steps_rules_and_conditions_and_no_alert()
    {
        var (code, output, error) = Run("profile", At("in.scap"), "-r", At("rules.yaml"), "--sample", "1");
        Assert.True(code == 0, error);
        Assert.StartsWith("400 events, one of 1 measured\n", output, StringComparison.Ordinal);
        foreach (var step in (string[])["read", "state", "match", "format", "all"]) Assert.Contains($"  {step}\n", output, StringComparison.Ordinal);
        Assert.Matches(@"\n +[0-9.]+ % +[0-9.]+ +400 +200  Opened\n", output);
        Assert.Matches(@" open: fd\.name .*""/b""", output);
        Assert.DoesNotContain("opened", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Events detected", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_and_folded_stacks_say_the_same()
    {
        var (code, output, error) = Run("profile", At("in.scap"), "-r", At("rules.yaml"), "--sample", "1", "--json", "--folded", At("stacks"));
        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var rule = json.RootElement.GetProperty("rules").EnumerateArray().Single(r => r.GetProperty("rule").GetString() == "Opened");
        Assert.Equal((400, 200), (rule.GetProperty("evaluations").GetInt32(), rule.GetProperty("hits").GetInt32()));
        var condition = json.RootElement.GetProperty("conditions").EnumerateArray().First(c => c.GetProperty("condition").GetString()!.Contains("/b", StringComparison.Ordinal));
        Assert.Equal((400, 200, "open", "Opened"), (condition.GetProperty("evaluations").GetInt32(), condition.GetProperty("hits").GetInt32(), condition.GetProperty("event_type").GetString(), condition.GetProperty("rules")[0].GetString()));
        var lines = File.ReadAllLines(At("stacks"));
        Assert.All(lines, l => Assert.Matches("^peregrine;[^;]+(;[^;]+)* [0-9]+$", l));
        Assert.Contains(lines, l => l.StartsWith("peregrine;match;open;fd.name ", StringComparison.Ordinal));
    }

    [Fact]
    public void Mistakes_are_told()
    {
        Assert.Contains("profile takes one capture", Run("profile", "a", "b").Error, StringComparison.Ordinal);
        Assert.Contains("--sample needs", Run("profile", At("in.scap"), "--sample", "0").Error, StringComparison.Ordinal);
        var (code, _, error) = Run("profile", At("none.scap"), "-r", At("rules.yaml"));
        Assert.Equal(1, code);
        Assert.Contains("none.scap", error, StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var code = SensorProgram.Run(args, new SensorConsole { Out = output, Error = error, Hostname = "host", Stop = stop.Token });
        return (code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
