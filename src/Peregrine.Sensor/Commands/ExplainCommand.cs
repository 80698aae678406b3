using System.Text.Json;
using Peregrine.Capture;
using Peregrine.Rules;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Explaining;
using Peregrine.Sensor.Recording;
using Peregrine.Sensor.Terminal;

namespace Peregrine.Sensor.Commands;

/// <summary>
/// <c>explain --rule NAME</c>: the condition as a tree. With a capture: part by part why the rule matches an event, or does not: the event of <c>--event</c>, else the first that it matches,
/// else the one that came nearest.
/// </summary>
internal static class ExplainCommand
{
    private const string Usage = "explain needs a rule: peregrine explain -r RULES --rule NAME [-e CAPTURE [--event N]]";

    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        var (capture, name) = Asked(options);
        if (capture is null && options.Event is not null) throw new UsageException("--event needs the capture that has the event: -e CAPTURE");
        var configuration = SensorConfigurationReader.Read(new ConfigLoader(console.Environment, sources).Load(options.ConfigFile, options.Overrides));
        var setup = new RulesSetup(configuration, options.Print);
        setup.LoadAll(RulesFiles.Find(configuration, options.RulesFiles), _ => { });
        var explanation = ConditionExplanation.Of(setup.Loader, name) ?? throw Unknown(setup.Loader.Rules, name);
        var palette = Colours.Of(console, options.Color);
        if (capture is null)
        {
            var condition = new ConditionReport(explanation);
            if (options.Json) console.PrintJson(condition.WriteJson);
            else console.Print(condition.WriteText(palette, options.Expand));
            return 0;
        }
        var report = Look(console, capture, new CaptureExplanation(setup, explanation, options.Event));
        if (options.Json) console.PrintJson(report.WriteJson);
        else console.Print(report.WriteText(palette, options.Expand));
        return 0;
    }

    private static CaptureReport Look(SensorConsole console, string capture, CaptureExplanation explanation)
    {
        using var reader = CaptureFiles.Open(capture, console.Stop);
        using var progress = new Progress(console.Progress, "Reading " + capture);
        try
        {
            return explanation.Of(reader, progress, console.Stop);
        }
        catch (CaptureException e)
        {
            throw new SensorException($"the capture {capture} cannot be read further: {e.Message}", e);
        }
    }

    /// <summary>The capture and the rule, by their options or, in short, as <c>explain CAPTURE RULE</c> or <c>explain RULE</c>.</summary>
    private static (string? Capture, string Rule) Asked(CommandLineOptions options) => (options.Rule, options.CaptureFile, options.Arguments) switch
    {
        ({ } rule, var capture, []) => (capture, rule),
        ({ } rule, null, [var capture]) => (capture, rule),
        (null, var capture, [var rule]) => (capture, rule),
        (null, null, [var capture, var rule]) => (capture, rule),
        _ => throw new UsageException(Usage),
    };

    private static SensorException Unknown(RuleSet rules, string name)
    {
        var near = NearestName.Of(name, rules.Rules.Select(static r => r.Name));
        return new SensorException($"there is no rule '{name}'" + (near.Count == 0 ? "; -L describes those that are loaded" : $"; did you mean '{string.Join("' or '", near)}'?"));
    }
}
