namespace Peregrine.Hub.Configuration;

public enum SettingKind : byte
{
    Text,

    /// <summary>Text that must never be shown: a token, a password, an address that holds one.</summary>
    Secret,
    Integer,
    Flag,

    /// <summary>Whole seconds, or a number with a unit (<c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>24h</c>, <c>7d</c>).</summary>
    Duration,

    /// <summary>A list of texts; in the environment separated by commas.</summary>
    List,

    /// <summary>Names with texts; in the environment <c>name:value</c>, separated by commas.</summary>
    Map,

    /// <summary>Like <see cref="Map"/>, with values that must never be shown (headers that carry tokens).</summary>
    SecretMap,

    /// <summary>A message template.</summary>
    Template,
}

/// <summary>
/// A key of the configuration, declared once: what is read, checked, documented and offered as an environment variable comes from here.
/// </summary>
/// <param name="Key">The key below its section, in lower case; keys of files match in any case.</param>
/// <param name="Kind">What the value is.</param>
/// <param name="Default">As a file would spell it; empty for none.</param>
/// <param name="Description">One line for the documentation, without a full stop.</param>
public sealed record Setting(string Key, SettingKind Kind, string Default, string Description)
{
    /// <summary>The only values that are taken; empty when any is.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Smallest and largest value of a number.</summary>
    public (long Least, long Most) Range { get; init; } = (0, long.MaxValue);

    /// <summary>Stands before the environment variable's name: nothing for the reference's keys, ours for ours, since <c>DATA</c> may be anybody's.</summary>
    public string EnvironmentPrefix { get; init; } = "";

    /// <summary>The environment variable: the key's whole path in upper case, dots as underscores.</summary>
    /// <param name="section">The section's path with dots; empty for the top.</param>
    public string EnvironmentName(string section) => EnvironmentPrefix + (section.Length == 0 ? Key : section + "." + Key).ToUpperInvariant().Replace('.', '_');

    /// <summary>Settings that the reference does not have.</summary>
    internal static IReadOnlyList<Setting> Ours(params IReadOnlyList<Setting> settings) => [.. settings.Select(s => s with { EnvironmentPrefix = "PEREGRINE_HUB_" })];

    public bool IsSecret => Kind is SettingKind.Secret or SettingKind.SecretMap;

    public static Setting Text(string key, string description, string @default = "") => new(key, SettingKind.Text, @default, description);

    public static Setting Secret(string key, string description) => new(key, SettingKind.Secret, "", description);

    public static Setting Choice(string key, string description, string @default, params string[] choices) =>
        new(key, SettingKind.Text, @default, description) { Choices = choices };

    public static Setting Integer(string key, string description, long @default = 0, long least = 0, long most = long.MaxValue) =>
        new(key, SettingKind.Integer, @default.ToString(System.Globalization.CultureInfo.InvariantCulture), description) { Range = (least, most) };

    public static Setting Flag(string key, string description, bool @default = false) => new(key, SettingKind.Flag, @default ? "true" : "false", description);

    public static Setting Duration(string key, string description, string @default) => new(key, SettingKind.Duration, @default, description);

    public static Setting List(string key, string description) => new(key, SettingKind.List, "", description);

    public static Setting Map(string key, string description) => new(key, SettingKind.Map, "", description);

    public static Setting SecretMap(string key, string description) => new(key, SettingKind.SecretMap, "", description);

    public static Setting Template(string key, string description) => new(key, SettingKind.Template, "", description);
}
