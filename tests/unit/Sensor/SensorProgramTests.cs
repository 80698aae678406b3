using System.Text;
using System.Text.Json;
using Peregrine.Sensor;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

public sealed class SensorProgramTests : IDisposable
{
    private const string Rule = "- rule: Opened\n  desc: d\n  condition: evt.type = open\n  output: opened %fd.name\n  priority: WARNING\n";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-program-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Help_fits_a_screen()
    {
        var (code, output, _) = Run("--help");
        Assert.Equal(0, code);
        Assert.InRange(output.Split('\n').Length, 10, 45);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
    }

    [Fact]
    public void Lists_go_to_standard_output()
    {
        Assert.Contains("proc.name\n", Run("--list", "-N").Out, StringComparison.Ordinal);
        Assert.Contains("openat(", Run("--list-events").Out, StringComparison.Ordinal);
        Assert.Contains("\"json_output\"", Run("--config-schema").Out, StringComparison.Ordinal);
        Assert.Contains("- read\n", Run("-i").Out, StringComparison.Ordinal);
        Assert.Contains("container", Run("--list-plugins").Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.yaml", "-c", "missing.yaml")]
    [InlineData("missing.yaml", "-r", "missing.yaml")]
    [InlineData("missing.scap", "-r", "RULES", "-o", "engine.kind=replay", "-o", "engine.replay.capture_file=missing.scap")]
    [InlineData("capture", "-r", "RULES", "-o", "engine.kind=replay", "-o", "engine.replay.capture_file=RULES")]
    [InlineData("events needs one capture", "events")]
    [InlineData("^", "events", "RULES", "--filter", "evt.type = ")]
    [InlineData("no rule 'nobody'", "-r", "RULES", "-l", "nobody")]
    [InlineData("no event source 'moon'", "-r", "RULES", "--enable-source", "moon")]
    public void Mistakes_end_with_one_clear_error(string expected, params string[] args)
    {
        var (code, _, error) = Run(args);
        Assert.Equal(1, code);
        Assert.Contains("Error: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_rule_is_shown_with_its_line_and_a_caret()
    {
        var file = Write("broken.yaml", Rule.Replace("evt.type = open", "evt.type = open and proc.nam = x", StringComparison.Ordinal));
        var (code, _, error) = Run("-r", file);
        Assert.Equal(1, code);
        Assert.Contains("broken.yaml:2:", error, StringComparison.Ordinal);
        Assert.Contains("^", error, StringComparison.Ordinal);
        Assert.Contains("nonexistent field proc.nam", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_files_are_formatted_in_place()
    {
        var file = Write("loose.yaml", "-   rule:   Opened\n    desc: d\n    condition: evt.type = open\n    output: o\n    priority: WARNING\n");
        Assert.Equal(1, Run("fmt", "--check", file).Code);
        Assert.Equal(0, Run("fmt", file).Code);
        Assert.Equal(0, Run("fmt", "--check", file).Code);
        Assert.StartsWith("- rule: Opened\n  desc: d\n", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_loads_and_starts_nothing()
    {
        var (code, _, error) = Run("-r", Write("rules.yaml", Rule), "--dry-run");
        Assert.Equal(0, code);
        Assert.Contains("1 rules", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_doctors_findings_are_json_too_and_decide_the_exit_code()
    {
        var (code, output, _) = Run("doctor", "-r", "RULES", "--json");
        var found = JsonDocument.Parse(output).RootElement;
        Assert.Equal(found.GetProperty("healthy").GetBoolean() ? 0 : 1, code);
        Assert.Contains(found.GetProperty("checks").EnumerateArray(), c => c.GetProperty("name").GetString() == "rules" && c.GetProperty("ok").GetBoolean() && c.GetProperty("detail").GetString() == "1 enabled");
        Assert.Contains(found.GetProperty("machine").EnumerateArray(), f => f.GetProperty("name").GetString() == "CAP_SYS_PTRACE" && f.GetProperty("state").GetString()!.Length > 0);
        var (broken, text, _) = Run("doctor", "-r", "missing.yaml");
        Assert.Equal(1, broken);
        Assert.Contains("BAD rules: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_driver_it_runs_until_told_to_end()
    {
        var pid = Path.Combine(_folder.FullName, "pid");
        var (code, output, _) = Run("-r", Write("rules.yaml", Rule), "-o", "engine.kind=nodriver", "-M", "0.2", "-P", pid);
        Assert.Equal(0, code);
        Assert.StartsWith("Events detected: 0\n", output, StringComparison.Ordinal);
        Assert.False(File.Exists(pid));
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private (int Code, string Out, string Error) Run(params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var rules = Write("given.yaml", Rule);
        var console = new SensorConsole { Out = output, Error = error, Hostname = "host" };
        var code = SensorProgram.Run([.. args.Select(a => a.Replace("RULES", rules, StringComparison.Ordinal))], console);
        return (code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
