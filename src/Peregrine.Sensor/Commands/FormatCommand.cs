using Peregrine.Rules;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Commands;

/// <summary><c>fmt FILE…</c>: formats rules files in place; with <c>--check</c> only says which ones would change, and fails when one would.</summary>
internal static class FormatCommand
{
    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        if (options.Arguments.Count == 0) throw new UsageException("fmt needs rules files: peregrine fmt FILE…");
        var clean = true;
        foreach (var file in RulesFiles.Expand(options.Arguments, mustExist: true))
        {
            var formatted = RuleFormatter.Format(File.ReadAllText(file));
            if (formatted.Problem is { } problem)
            {
                console.Error.Write($"{file}: left alone: {problem}\n");
                clean = false;
            }
            if (!formatted.Changed) continue;
            console.Print(options.Check ? $"{file} would change\n" : $"{file} formatted\n");
            if (options.Check) clean = false;
            else Replace(file, formatted.Text);
        }
        return clean ? 0 : 1;
    }

    /// <summary>Whole or not at all: a full disk must not cost the rules.</summary>
    private static void Replace(string file, string text)
    {
        var aside = file + ".formatting";
        File.WriteAllText(aside, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(aside, File.GetUnixFileMode(file));
        File.Move(aside, file, overwrite: true);
    }
}
