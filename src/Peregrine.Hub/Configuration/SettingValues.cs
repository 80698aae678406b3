using System.Globalization;
using Peregrine.Hub.Templates;

namespace Peregrine.Hub.Configuration;

/// <summary>The checked values of one section: what was configured, else the defaults. Asking for a key that the section does not declare is a mistake of the program and throws.</summary>
public sealed class SettingValues
{
    private readonly Dictionary<string, object> _values;
    private readonly Dictionary<string, Setting> _settings;
    private readonly Dictionary<string, string> _places;

    /// <param name="settings">What the section declares.</param>
    /// <param name="values">By key: string, long, bool, TimeSpan, a list of strings, a map of strings, or a template, as the kind wants; absent keys have their default.</param>
    /// <param name="places">Where the values stand, by key; an entry of a map by <c>key.name</c>.</param>
    internal SettingValues(IEnumerable<Setting> settings, IReadOnlyDictionary<string, object> values, IReadOnlyDictionary<string, string>? places = null)
    {
        _places = places is null ? [] : new Dictionary<string, string>(places, StringComparer.Ordinal);
        _settings = settings.ToDictionary(s => s.Key, StringComparer.Ordinal);
        _values = new Dictionary<string, object>(values, StringComparer.Ordinal);
    }

    public static SettingValues Empty { get; } = new([], new Dictionary<string, object>());

    /// <summary>Whether the file or the environment gave the key a value that is not empty.</summary>
    public bool IsSet(string key) => Declared(key) is not null && _values.TryGetValue(key, out var value) && value is not "" and not IReadOnlyList<string> { Count: 0 };

    /// <summary>Where a value stands, for messages: a file with line and column, or the environment variable; <c>configuration</c> for what nobody set.</summary>
    /// <param name="key">The key; for an entry of a map with the entry's name behind a dot.</param>
    public string PlaceOf(string key)
    {
        for (var known = key; ; known = known[..known.LastIndexOf('.')])
        {
            if (_places.TryGetValue(known, out var place)) return place;
            if (!known.Contains('.', StringComparison.Ordinal)) return "configuration";
        }
    }

    public string Text(string key) => (string)Value(key);

    public long Integer(string key) => (long)Value(key);

    public bool Flag(string key) => (bool)Value(key);

    public TimeSpan Duration(string key) => (TimeSpan)Value(key);

    public IReadOnlyList<string> List(string key) => (IReadOnlyList<string>)Value(key);

    public IReadOnlyDictionary<string, string> Map(string key) => (IReadOnlyDictionary<string, string>)Value(key);

    /// <summary>The template; null when none is configured.</summary>
    public MessageTemplate? Template(string key) => Declared(key) is not null && _values.TryGetValue(key, out var value) ? (MessageTemplate)value : null;

    /// <summary>These values, and the other's where these have none. Both are of the same settings.</summary>
    public SettingValues Over(SettingValues others)
    {
        var values = new Dictionary<string, object>(others._values, StringComparer.Ordinal);
        foreach (var (key, value) in _values) values[key] = value;
        var places = new Dictionary<string, string>(others._places, StringComparer.Ordinal);
        foreach (var (key, place) in _places) places[key] = place;
        return new SettingValues(_settings.Values, values, places);
    }

    private Setting Declared(string key) => _settings.TryGetValue(key, out var setting) ? setting : throw new ArgumentException($"the section has no setting '{key}'", nameof(key));

    private object Value(string key)
    {
        var setting = Declared(key);
        return _values.TryGetValue(key, out var value) ? value : DefaultOf(setting);
    }

    private static object DefaultOf(Setting setting) => setting.Kind switch
    {
        SettingKind.Integer => long.Parse(setting.Default, CultureInfo.InvariantCulture),
        SettingKind.Flag => setting.Default == "true",
        SettingKind.Duration => Durations.TryParse(setting.Default, out var duration) ? duration : TimeSpan.Zero,
        SettingKind.List => setting.Default.Length == 0 ? (IReadOnlyList<string>)[] : setting.Default.Split(','),
        SettingKind.Map or SettingKind.SecretMap => new Dictionary<string, string>(),
        _ => setting.Default,
    };
}
