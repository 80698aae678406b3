using Peregrine.Hub.Alerts;
using Peregrine.Hub.Escalations;
using Peregrine.Hub.Routing;
using Peregrine.Rules.Yaml;

namespace Peregrine.Hub.Configuration;

/// <summary>Reads a route's <c>escalate</c>: one step written into it, or several in <c>steps</c>.</summary>
internal sealed class EscalationReader(ConfigSource source, ConfigFindings findings, RouteValues values, IReadOnlyList<DestinationInstance> destinations)
{
    private static readonly string[] StepKeys = ["after", "to", "repeat"];

    // Alerts that are not looked at for longer than this after the last step will not be.
    private static readonly TimeSpan AfterTheLastStep = TimeSpan.FromHours(24);
    private static readonly TimeSpan ShortestRepeat = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> Keys { get; } = [.. StepKeys, "steps", "by", "until", "reopen", "max"];

    public Escalation Read(YamlNode node, Route route)
    {
        var steps = Steps(node, route);
        var last = steps[^1].After;
        var until = values.Duration(node, "until") ?? last + AfterTheLastStep;
        if (until <= last) throw source.Error(node.Find("until")!, $"until: the last step is taken after {Text(last)}, so more than that is expected");
        return new Escalation
        {
            Steps = steps,
            By = values.Key(node) ?? route.Group?.By ?? route.Deduplicate?.By,
            Until = until,
            Reopen = values.Duration(node, "reopen") ?? Escalation.DefaultReopen,
            Max = values.Number(node, "max", Escalation.DefaultMax),
        };
    }

    private IReadOnlyList<EscalationStep> Steps(YamlNode node, Route route)
    {
        if (node.Find("steps") is not { IsNull: false } list) return [Step(node, route)];
        if (node.Entries.FirstOrDefault(e => StepKeys.Contains(e.Key.Text)).Key is { } key) throw source.Error(key, $"escalate: '{key.Text}' belongs into a step where there are 'steps'");
        if (!list.IsSequence || list.Items.Count == 0) throw source.Error(list, "steps: a list of steps is expected");
        var steps = new List<EscalationStep>();
        foreach (var item in list.Items)
        {
            values.CheckKeys(item, StepKeys, "a step");
            var step = Step(item, route);
            if (steps.Count > 0 && step.After <= steps[^1].After) throw source.Error(item.Find("after")!, $"after: steps count from the first message on, and the one before is taken after {Text(steps[^1].After)}: more is expected");
            steps.Add(step);
        }
        return steps;
    }

    private EscalationStep Step(YamlNode node, Route route)
    {
        var after = values.Duration(node, "after") ?? throw source.Error(node, "an escalation needs 'after', how long it waits to be acknowledged");
        var to = values.Destinations(node, "to");
        if (to.Count == 0) throw source.Error(node, "an escalation needs 'to', the names of destinations");
        if (values.Duration(node, "repeat") is { } repeat && repeat < ShortestRepeat) throw source.Error(node.Find("repeat")!, "repeat: a second or more is expected");
        WarnOfLevels(node, route, to);
        return new EscalationStep(after, to, values.Duration(node, "repeat"));
    }

    // The levels of destinations hold for escalations too; one that takes less than the route's first would be passed over in silence.
    private void WarnOfLevels(YamlNode node, Route route, IReadOnlyList<string> to)
    {
        AlertPriority Least(string name) => destinations.First(d => d.Name == name).MinimumPriority;
        var least = route.To.Min(Least);
        foreach (var name in to.Where(n => Least(n) > least))
            findings.Warn($"{source.Place(node.Find("to")!)}: '{name}' takes alerts from {Least(name).LowerName()} on; less urgent ones of this route are not escalated to it");
    }

    private static string Text(TimeSpan time) => time.TotalSeconds < 120 ? $"{time.TotalSeconds:0.###}s" : time.TotalHours < 2 ? $"{time.TotalMinutes:0.##}m" : $"{time.TotalHours:0.##}h";
}
