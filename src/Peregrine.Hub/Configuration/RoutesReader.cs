using System.Globalization;
using Peregrine.Hub.Routing;
using Peregrine.Rules.Yaml;

namespace Peregrine.Hub.Configuration;

/// <summary>Reads <c>routes</c> and <c>silences</c>.</summary>
internal sealed class RoutesReader(ConfigSource source, ConfigFindings findings, IReadOnlyList<string> destinations)
{
    private static readonly string[] RouteKeys = ["name", "match", "to", "continue", "deduplicate", "group", "throttle"];
    private static readonly string[] SilenceKeys = ["match", "from", "until", "owner", "comment"];

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
        CheckKeys(node, RouteKeys, "a route");
        var to = List(node, "to");
        if (to.Count == 0) throw source.Error(node, "a route needs 'to', the names of destinations");
        foreach (var name in to) CheckDestination(node.Find("to")!, name);
        return new Route
        {
            Name = Text(node, "name") ?? $"route {index + 1}",
            Match = Condition(node),
            To = to,
            Continue = node.Find("continue") is not { } flag || Flag(flag),
            Deduplicate = node.Find("deduplicate") is { } same ? new Deduplication(Key(same), Duration(same, "window", "5m"), KeepOf(same)) : null,
            Group = node.Find("group") is { } group ? new Grouping(Key(group), Duration(group, "wait", "30s"), Number(group, "max", 100)) : null,
            Throttle = node.Find("throttle") is { } limit ? new Throttling(Key(limit), Number(limit, "limit", 10), Duration(limit, "per", "1m")) : null,
        };
    }

    private Silence Silence(YamlNode node)
    {
        CheckKeys(node, SilenceKeys, "a silence");
        if (node.Find("match") is null) throw source.Error(node, "a silence needs 'match', which alerts it covers");
        var until = Time(node, "until") ?? throw source.Error(node, "a silence needs 'until', when it ends");
        var owner = Text(node, "owner") ?? throw source.Error(node, "a silence needs 'owner', who answers for it");
        return new Silence(Condition(node), Time(node, "from") ?? DateTimeOffset.MinValue, until, owner, Text(node, "comment") ?? "");
    }

    private AlertCondition Condition(YamlNode node)
    {
        if (Text(node, "match") is not { } text) return AlertCondition.Always;
        try
        {
            return AlertCondition.Parse(text);
        }
        catch (ConfigurationException e)
        {
            throw source.Error(node.Find("match")!, e.Message);
        }
    }

    private AlertKey Key(YamlNode node)
    {
        if (!node.IsMap) throw source.Error(node, "a mapping of keys to values is expected");
        var by = List(node, "by");
        return new AlertKey(by.Count > 0 ? by : ["rule"]);
    }

    private Keep KeepOf(YamlNode node) => (Text(node, "keep") ?? "first") switch
    {
        "first" => Keep.First,
        "count" => Keep.Count,
        "last" => Keep.Last,
        var other => throw source.Error(node.Find("keep")!, $"keep: first, count or last is expected, not '{other}'"),
    };

    private string? Text(YamlNode node, string key) => node.Find(key) switch
    {
        null or { IsNull: true } => null,
        { IsScalar: true } value => source.Expand(value),
        var value => throw source.Error(value, $"{key}: a text is expected"),
    };

    private IReadOnlyList<string> List(YamlNode node, string key) => node.Find(key) switch
    {
        null or { IsNull: true } => [],
        { IsScalar: true } one => [source.Expand(one)],
        { IsSequence: true } list => [.. list.Items.Select(i => i.IsScalar ? source.Expand(i) : throw source.Error(i, $"{key}: a text is expected"))],
        var value => throw source.Error(value, $"{key}: a list of texts is expected"),
    };

    private TimeSpan Duration(YamlNode node, string key, string fallback) =>
        Durations.TryParse(Text(node, key) ?? fallback, out var duration) && duration > TimeSpan.Zero ? duration : throw source.Error(node.Find(key)!, $"{key}: a length of time is expected (30s, 5m, 24h)");

    private int Number(YamlNode node, string key, int fallback) => Text(node, key) is not { } text ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw source.Error(node.Find(key)!, $"{key}: a whole number above 0 is expected");

    private DateTimeOffset? Time(YamlNode node, string key) => Text(node, key) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw source.Error(node.Find(key)!, $"{key}: a time is expected (2026-05-01T12:00:00Z)");

    private bool Flag(YamlNode node) => node.IsScalar && bool.TryParse(source.Expand(node), out var flag) ? flag : throw source.Error(node, "true or false is expected");

    private void CheckDestination(YamlNode node, string name)
    {
        if (destinations.Contains(name)) return;
        throw source.Error(node, $"there is no destination '{name}'{Suggestion.For(name, destinations)}");
    }

    private void CheckKeys(YamlNode node, IReadOnlyList<string> known, string what)
    {
        if (!node.IsMap) throw source.Error(node, $"{what} is a mapping of keys to values");
        foreach (var (key, _) in node.Entries)
        {
            if (known.Contains(key.Text)) continue;
            findings.Warn($"{source.Place(key)}: {what} has no key '{key.Text}', ignored{Suggestion.For(key.Text, known)}");
        }
    }
}
