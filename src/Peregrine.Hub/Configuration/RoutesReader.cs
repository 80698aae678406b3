using Peregrine.Hub.Routing;
using Peregrine.Rules.Yaml;

namespace Peregrine.Hub.Configuration;

/// <summary>Reads <c>routes</c> and <c>silences</c>.</summary>
internal sealed class RoutesReader(ConfigSource source, ConfigFindings findings, IReadOnlyList<DestinationInstance> destinations)
{
    private static readonly string[] RouteKeys = ["name", "match", "to", "continue", "deduplicate", "group", "throttle", "escalate"];
    private static readonly string[] SilenceKeys = ["match", "from", "until", "owner", "comment"];
    private static readonly AlertKey ByRule = new(["rule"]);

    private readonly RouteValues _values = new(source, findings, [.. destinations.Select(d => d.Name)]);

    public RoutingRules Read()
    {
        var routes = Items("routes").Select(Route).ToList();
        if (routes.GroupBy(r => r.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new ConfigurationException($"{source.File}: two routes have the name '{twice.Key}'");
        return new RoutingRules { Routes = routes, Silences = [.. Items("silences").Select(Silence)] };
    }

    private IReadOnlyList<YamlNode> Items(string key)
    {
        var node = source.Section(key);
        if (node is null or { IsNull: true }) return [];
        return node.IsSequence ? node.Items : throw source.Error(node, $"{key}: a list is expected");
    }

    private Route Route(YamlNode node, int index)
    {
        _values.CheckKeys(node, RouteKeys, "a route");
        var to = _values.Destinations(node, "to");
        if (to.Count == 0) throw source.Error(node, "a route needs 'to', the names of destinations");
        var route = new Route
        {
            Name = _values.Text(node, "name") ?? $"route {index + 1}",
            Match = _values.Condition(node),
            To = to,
            Continue = _values.Flag(node, "continue", true),
            Deduplicate = Part(node, "deduplicate", ["by", "window", "keep"]) is { } same ? new Deduplication(_values.Key(same) ?? ByRule, _values.Duration(same, "window", "5m"), KeepOf(same)) : null,
            Group = Part(node, "group", ["by", "wait", "max"]) is { } group ? new Grouping(_values.Key(group) ?? ByRule, _values.Duration(group, "wait", "30s"), _values.Number(group, "max", 100)) : null,
            Throttle = Part(node, "throttle", ["by", "limit", "per"]) is { } limit ? new Throttling(_values.Key(limit) ?? ByRule, _values.Number(limit, "limit", 10), _values.Duration(limit, "per", "1m")) : null,
        };
        if (Part(node, "escalate", EscalationReader.Keys) is not { } escalate) return route;
        if (_values.Text(node, "name") is null) findings.Warn($"{source.Place(escalate)}: a route that escalates should have a 'name': its open alerts are known by it, and '{route.Name}' is another route when one is put before it");
        return route with { Escalate = new EscalationReader(source, findings, _values, destinations).Read(escalate, route) };
    }

    private YamlNode? Part(YamlNode route, string key, IReadOnlyList<string> known)
    {
        if (route.Find(key) is not { } part) return null;
        _values.CheckKeys(part, known, $"'{key}'");
        return part;
    }

    private Silence Silence(YamlNode node)
    {
        _values.CheckKeys(node, SilenceKeys, "a silence");
        if (node.Find("match") is null) throw source.Error(node, "a silence needs 'match', which alerts it covers");
        var until = _values.Time(node, "until") ?? throw source.Error(node, "a silence needs 'until', when it ends");
        var owner = _values.Text(node, "owner") ?? throw source.Error(node, "a silence needs 'owner', who answers for it");
        return new Silence(_values.Condition(node), _values.Time(node, "from") ?? DateTimeOffset.MinValue, until, owner, _values.Text(node, "comment") ?? "");
    }

    private Keep KeepOf(YamlNode node) => (_values.Text(node, "keep") ?? "first") switch
    {
        "first" => Keep.First,
        "count" => Keep.Count,
        "last" => Keep.Last,
        var other => throw source.Error(node.Find("keep")!, $"keep: first, count or last is expected, not '{other}'"),
    };
}
