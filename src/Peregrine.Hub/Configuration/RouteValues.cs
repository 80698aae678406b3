using System.Globalization;
using Peregrine.Hub.Routing;
using Peregrine.Rules.Yaml;

namespace Peregrine.Hub.Configuration;

/// <summary>Reads the values of routes and silences; what is wrong is an error with its place, an unknown key a warning.</summary>
internal sealed class RouteValues(ConfigSource source, ConfigFindings findings, IReadOnlyList<string> destinations)
{
    public string? Text(YamlNode node, string key) => node.Find(key) switch
    {
        null or { IsNull: true } => null,
        { IsScalar: true } value => source.Expand(value),
        var value => throw source.Error(value, $"{key}: a text is expected"),
    };

    public IReadOnlyList<string> List(YamlNode node, string key) => [.. Items(node, key).Select(i => i.Text)];

    /// <summary>The names of destinations, each checked.</summary>
    public IReadOnlyList<string> Destinations(YamlNode node, string key)
    {
        var items = Items(node, key);
        foreach (var (name, at) in items)
            if (!destinations.Contains(name)) throw source.Error(at, $"there is no destination '{name}'{Suggestion.For(name, destinations)}");
        return [.. items.Select(i => i.Text).Distinct(StringComparer.Ordinal)];
    }

    public TimeSpan Duration(YamlNode node, string key, string fallback) => Duration(node, key) ?? (Durations.TryParse(fallback, out var duration) ? duration : throw new ArgumentException(fallback, nameof(fallback)));

    /// <summary>Null where it is not set.</summary>
    public TimeSpan? Duration(YamlNode node, string key) => Text(node, key) is not { } text ? null
        : Durations.TryParse(text, out var duration) && duration > TimeSpan.Zero ? duration
        : throw source.Error(node.Find(key)!, $"{key}: a length of time is expected (30s, 5m, 24h)");

    public int Number(YamlNode node, string key, int fallback) => Text(node, key) is not { } text ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw source.Error(node.Find(key)!, $"{key}: a whole number above 0 is expected");

    public DateTimeOffset? Time(YamlNode node, string key) => Text(node, key) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw source.Error(node.Find(key)!, $"{key}: a time is expected (2026-05-01T12:00:00Z)");

    public bool Flag(YamlNode node, string key, bool fallback) => node.Find(key) is not { IsNull: false } value ? fallback
        : value.IsScalar && bool.TryParse(source.Expand(value), out var flag) ? flag
        : throw source.Error(value, "true or false is expected");

    public AlertCondition Condition(YamlNode node)
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

    /// <summary>The fields that <c>by</c> names; null where it is not set.</summary>
    public AlertKey? Key(YamlNode node) => List(node, "by") is { Count: > 0 } by ? new AlertKey(by) : null;

    public void CheckKeys(YamlNode node, IReadOnlyList<string> known, string what)
    {
        if (!node.IsMap) throw source.Error(node, $"{what} is a mapping of keys to values");
        foreach (var (key, _) in node.Entries)
        {
            if (known.Contains(key.Text)) continue;
            findings.Warn($"{source.Place(key)}: {what} has no key '{key.Text}', ignored{Suggestion.For(key.Text, known)}");
        }
    }

    private IReadOnlyList<(string Text, YamlNode At)> Items(YamlNode node, string key) => node.Find(key) switch
    {
        null or { IsNull: true } => [],
        { IsScalar: true } one => [(source.Expand(one), one)],
        { IsSequence: true } list => [.. list.Items.Select(i => i.IsScalar ? (source.Expand(i), i) : throw source.Error(i, $"{key}: a text is expected"))],
        var value => throw source.Error(value, $"{key}: a list of texts is expected"),
    };
}
