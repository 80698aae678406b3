using System.Diagnostics;
using System.Text.Json;
using Peregrine.Sensor;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Commands;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>What the program says of itself: help, manual page, completion.</summary>
public sealed class HelpTests
{
    public static TheoryData<string> Commands => [.. CommandTable.Names];

    [Fact]
    public void The_overview_fits_a_terminal()
    {
        var lines = Run("--help").TrimEnd('\n').Split('\n');
        Assert.True(lines.Length <= 23, $"{lines.Length} lines");
        Assert.DoesNotContain(lines, l => l.Length > 80);
        Assert.Equal(lines, Run("help").TrimEnd('\n').Split('\n'));
        foreach (var command in CommandTable.Names) Assert.Contains(lines, l => l.StartsWith($"  {command} ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_explains_itself(string command)
    {
        var text = Run(command, "--help");
        Assert.Equal(text, Run("help", command));
        Assert.StartsWith($"peregrine {command}: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text.Split('\n'), l => l.Length > 80 && !l.StartsWith("  peregrine ", StringComparison.Ordinal));
        foreach (var option in CommandHelp.Find(command)!.Options) Assert.Contains(OptionTable.Find(option).Display, text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_options_of_the_reference_exist_and_take_values_alike()
    {
        using var reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "unit", "Reference", "flags.json")));
        foreach (var flag in reference.RootElement.EnumerateArray())
        {
            var (letter, name) = (flag.GetProperty("short").GetString()?[1], flag.GetProperty("long").GetString()?[2..]);
            var spec = OptionTable.Sensor.FirstOrDefault(s => (letter is null || s.Short == letter) && (name is null || s.Long == name));
            Assert.True(spec is not null, $"-{letter} --{name}");
            var value = flag.GetProperty("value").GetString();
            Assert.Equal((name, value is null ? OptionValue.None : value.StartsWith('[') ? OptionValue.Optional : OptionValue.Required), (name, spec.Value));
            Assert.Contains(spec.Display, Run("help", "options"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("the command 'doctor' has no option '--rotate'", "doctor", "--rotate")]
    [InlineData("did you mean '--filter'?", "events", "--filtr", "x")]
    [InlineData("there is no completion for 'tcsh'", "completion", "tcsh")]
    [InlineData("there is no help about 'x'", "help", "x")]
    public void Options_of_other_commands_are_refused(string expected, params string[] args) => Assert.Contains(expected, Run(1, args), StringComparison.Ordinal);

    [Fact]
    public void The_manual_page_has_no_mistakes_and_shows_every_option()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/groff"), "groff is not installed");
        var (page, complaints, _) = Pipe(Run("help", "man"), "groff", "-man", "-ww", "-Tascii", "-P-cbou");
        Assert.Equal("", complaints);
        foreach (var spec in OptionTable.Sensor.Concat(OptionTable.Commands)) Assert.Contains(spec.Display, page, StringComparison.Ordinal);
        foreach (var command in CommandTable.Names) Assert.Contains(command, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("peregrine ", "validate", "record", "completion")]
    [InlineData("peregrine rec", "record")]
    [InlineData("peregrine record --m", "--max-size")]
    [InlineData("peregrine completion ", "bash", "zsh", "fish")]
    [InlineData("peregrine --config", "--config-schema")]
    [InlineData("peregrine --format ", "text", "markdown", "json")]
    [InlineData("peregrine -c /etc/host", "/etc/hostname", "/etc/hosts")]
    [InlineData("peregrine validate /etc/host", "/etc/hostname", "/etc/hosts")]
    public void Bash_completes_what_is_begun(string line, params string[] expected)
    {
        var words = string.Join(' ', line.Split(' ').Select(w => $"'{w}'"));
        var script = Run("completion", "bash") + $"\nCOMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n_peregrine; printf '%s\\n' \"${{COMPREPLY[@]}}\"\n";
        var (output, complaints, code) = Pipe(script, "/bin/bash", "--norc");
        Assert.Equal(("", 0), (complaints, code));
        var offered = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(expected, e => Assert.Contains(e, offered));
        Assert.All(offered, o => Assert.StartsWith(line.Split(' ')[^1], o, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("peregrine rec", "record")]
    [InlineData("peregrine record --m", "--max-size")]
    [InlineData("peregrine completion z", "zsh")]
    public void Fish_completes_what_is_begun(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/fish"), "fish is not installed");
        var (output, complaints, _) = Pipe(Run("completion", "fish") + $"\ncomplete -C'{line}'\n", "/usr/bin/fish", "--no-config");
        Assert.Equal("", complaints);
        Assert.Contains(output.Split('\n'), l => l.Split('\t')[0] == expected);
    }

    [Fact]
    public void Zsh_takes_its_script()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zsh"), "zsh is not installed");
        var (output, complaints, code) = Pipe("autoload -Uz compinit; compinit -u -D\n" + Run("completion", "zsh") + "\nprint ${_comps[peregrine]}\n", "/usr/bin/zsh", "-f");
        Assert.Equal(("_peregrine\n", "", 0), (output, complaints, code));
    }

    private static string Run(params string[] args) => Run(0, args);

    private static string Run(int code, params string[] args)
    {
        using var output = new MemoryStream();
        var error = new StringWriter();
        Assert.Equal(code, SensorProgram.Run(args, new SensorConsole { Out = output, Error = error, Environment = _ => null }));
        return code == 0 ? System.Text.Encoding.UTF8.GetString(output.ToArray()) : error.ToString();
    }

    private static (string Output, string Error, int Code) Pipe(string input, string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)), $"{program} did not end");
        return (output.Result, error.Result, process.ExitCode);
    }
}
