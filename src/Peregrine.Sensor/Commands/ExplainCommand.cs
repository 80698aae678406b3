using Peregrine.Capture;
using Peregrine.Filters;
using Peregrine.Rules;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Recording;
using Peregrine.Sensor.Replay;
using Peregrine.State;

namespace Peregrine.Sensor.Commands;

/// <summary><c>explain CAPTURE RULE</c>: shows part by part why a rule matches an event, or does not: the event of <c>--event</c>, else the first that it matches.</summary>
internal static class ExplainCommand
{
    private const string Headline = "%evt.num %evt.time %proc.name (%thread.tid) %evt.type %evt.args";

    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        if (options.Arguments is not [var capture, var name]) throw new UsageException("explain needs a capture and a rule: peregrine explain CAPTURE RULE [-r RULES] [--event N]");
        var configuration = SensorConfigurationReader.Read(new ConfigLoader(console.Environment, sources).Load(options.ConfigFile, options.Overrides));
        var setup = new RulesSetup(configuration, options.Print);
        setup.LoadAll(RulesFiles.Find(configuration, options.RulesFiles), _ => { });
        var rule = setup.Loader.Rules.Find(name) ?? throw new SensorException($"there is no rule '{name}'");
        var explanation = ConditionExplanation.Of(setup.Loader, name) ?? throw new SensorException($"the rule '{name}' cannot be explained");
        using var reader = CaptureFiles.Open(capture, console.Stop);
        try
        {
            return Explain(console, reader, rule, explanation, ConditionText.Format(Headline, setup.Syscall), options.Event);
        }
        catch (CaptureException e)
        {
            throw new SensorException(e.Message, e);
        }
    }

    private static int Explain(SensorConsole console, CaptureReader reader, Rule rule, ConditionExplanation explanation, OutputFormat headline, ulong? wanted)
    {
        var scratch = new EvaluationScratch();
        var state = CaptureSeed.NewState(reader.Metadata, new StateOptions());
        while (reader.TryRead(out var captured) && !console.Stop.IsCancellationRequested)
        {
            if (captured.StartsSection) state = CaptureSeed.NewState(reader.Metadata, new StateOptions());
            var context = new EventContext { Event = captured.Event, Cpu = captured.Cpu, Number = captured.Number };
            state.Apply(ref context);
            if (captured.IsSurfaced && (wanted is { } number ? number == captured.Number : rule.EventTypes.Contains(captured.Event.Type) && rule.Filter.Matches(ref context, scratch)))
            {
                var line = new System.Buffers.ArrayBufferWriter<byte>();
                headline.TryFormat(ref context, scratch, line);
                console.Print(System.Text.Encoding.UTF8.GetString(line.WrittenSpan) + "\n");
                if (!rule.EventTypes.Contains(captured.Event.Type)) console.Print($"The rule '{rule.Name}' is not asked about events of this type.\n");
                console.Print(ConditionExplanation.Write(explanation.Explain(ref context, scratch)).TrimEnd('\n') + "\n");
                return 0;
            }
            state.Complete(ref context);
        }
        throw new SensorException(wanted is null ? $"the rule '{rule.Name}' matches no event of this capture; give one with --event N to see why" : $"this capture has no event {wanted}");
    }
}
