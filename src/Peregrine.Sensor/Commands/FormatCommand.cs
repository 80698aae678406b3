using System.Text;
using Peregrine.Rules;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Terminal;

namespace Peregrine.Sensor.Commands;

/// <summary>
/// <c>fmt PATH…</c>: formats rules files in place, those of folders with all below them; <c>-</c> formats standard input to standard output. With <c>--check</c> it only says which ones would
/// change, with <c>--diff</c> how; both leave the files as they are and give 1 when one would change, as does a file that cannot be formatted.
/// </summary>
internal static class FormatCommand
{
    private const string Standard = "-";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        if (options.Arguments.Count == 0) throw new UsageException("fmt needs rules files or folders, or - for standard input: peregrine fmt PATH…");
        if (options.Arguments is [Standard]) return FormatStandard(console, options);
        var clean = true;
        foreach (var file in RulesFiles.Named(options.Arguments, recurse: true))
        {
            var text = File.ReadAllBytes(file);
            var formatted = Format(text);
            if (formatted.Problem is { } problem)
            {
                console.Error.Write($"{file}: left alone: {problem}\n");
                clean = false;
            }
            if (!formatted.Changed) continue;
            var looksOnly = options.Check || options.Diff;
            if (options.Diff) console.Print(UnifiedDiff.Of(file, Encoding.UTF8.GetString(text), formatted.Text, Colours.Of(console, options.Color)));
            else console.Print(looksOnly ? $"{file} would change\n" : $"{file} formatted\n");
            if (looksOnly) clean = false;
            else Replace(file, formatted.Text);
        }
        return clean ? 0 : 1;
    }

    private static int FormatStandard(SensorConsole console, CommandLineOptions options)
    {
        using var text = new MemoryStream();
        using (var input = console.In ?? Console.OpenStandardInput()) input.CopyTo(text);
        var formatted = Format(text.ToArray());
        if (formatted.Problem is { } problem)
        {
            console.Error.Write($"standard input: cannot be formatted: {problem}\n");
            return 1;
        }
        if (options.Diff && formatted.Changed) console.Print(UnifiedDiff.Of("standard input", Encoding.UTF8.GetString(text.ToArray()), formatted.Text, Colours.Of(console, options.Color)));
        else if (options.Check && formatted.Changed) console.Print("standard input would change\n");
        if (options.Check || options.Diff) return formatted.Changed ? 1 : 0;
        console.Print(formatted.Text);
        return 0;
    }

    /// <summary>Bytes that are no UTF-8 would be lost; such a file is left alone.</summary>
    private static FormattedRules Format(byte[] text)
    {
        try
        {
            return RuleFormatter.Format(Strict.GetString(text));
        }
        catch (DecoderFallbackException)
        {
            return new FormattedRules("", false, "it is not UTF-8");
        }
    }

    /// <summary>Whole or not at all: a full disk must not cost the rules. A link stays one.</summary>
    private static void Replace(string file, string text)
    {
        var target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
        var aside = target + ".formatting";
        try
        {
            File.WriteAllText(aside, text);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(aside, File.GetUnixFileMode(target));
            File.Move(aside, target, overwrite: true);
        }
        catch
        {
            File.Delete(aside);
            throw;
        }
    }
}
