using System.Globalization;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations;
using Peregrine.Rules.Yaml;

namespace Peregrine.HubTests.Configuration;

/// <summary>Every key that people may have in a file or in the environment for the reference (<c>reference-keys.tsv</c>), also those whose variables the reference documents and does not read.</summary>
public sealed class ReferenceKeysTests
{
    /// <summary>Where our default is another one on purpose.</summary>
    private static readonly Dictionary<string, string> OtherDefaults = new(StringComparer.Ordinal)
    {
        // Our own name, and no picture that is fetched from elsewhere.
        ["slack.footer"] = "Peregrine",
        ["slack.username"] = "Peregrine",
        ["slack.icon"] = "",
        ["mattermost.footer"] = "Peregrine",
        ["mattermost.username"] = "Peregrine",
        ["mattermost.icon"] = "",
        ["rocketchat.footer"] = "Peregrine",
        ["rocketchat.username"] = "Peregrine",
        ["rocketchat.icon"] = "",
        ["cliq.icon"] = "",
        ["discord.icon"] = "",
        ["teams.activityimage"] = "",
        // Commas, since the reference's list of them has a misspelling in it.
        ["alertmanager.dropeventthresholds"] = "10000:critical, 1000:critical, 100:critical, 10:warning, 1:warning",
        // Without one the reference does not start.
        ["syslog.protocol"] = "tcp",
    };

    private sealed record Key(string Path, string Variable, string Type, string Default)
    {
        /// <summary>A value that differs from the default.</summary>
        public string Other(Setting setting) => setting.Kind switch
        {
            SettingKind.Flag => setting.Default == "true" ? "false" : "true",
            SettingKind.Integer => (setting.Default == "7" ? 8 : Math.Clamp(7, setting.Range.Least, setting.Range.Most)).ToString(CultureInfo.InvariantCulture),
            SettingKind.Duration => "7s",
            SettingKind.Map or SettingKind.SecretMap => "name:value",
            _ => setting.Choices.Count > 0 ? setting.Choices.First(c => c != setting.Default && c.Length > 0) : "something",
        };
    }

    private static readonly IReadOnlyList<Key> Keys =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "reference-keys.tsv"))
            .Where(l => !l.StartsWith('#'))
            .Select(l => l.Split('\t'))
            .Select(c => new Key(c[0], c[1], c[2], c[3])),
    ];

    private static readonly IReadOnlyList<(string Section, IReadOnlyList<Setting> Settings)> Sections =
    [
        .. DestinationKinds.All.Select(k => (k.Section, k.Settings)),
        .. DestinationKinds.All.Select(k => k.Shared).OfType<SharedSection>().Select(s => (s.Section, s.Settings)),
        ("", HubSettings.Top),
        ("mutualtlsclient", HubSettings.MutualTlsClient),
        ("tlsclient", HubSettings.TlsClient),
        ("tlsserver", HubSettings.TlsServer),
        ("prometheus", HubSettings.Prometheus),
    ];

    private static (string Section, Setting? Setting) Find(Key key) => Sections
        .Where(s => s.Section.Length == 0 || key.Path.StartsWith(s.Section + ".", StringComparison.Ordinal))
        .Select(s => (s.Section, Setting: s.Settings.FirstOrDefault(one => one.Key == (s.Section.Length == 0 ? key.Path : key.Path[(s.Section.Length + 1)..]))))
        .FirstOrDefault(f => f.Setting is not null);

    [Fact]
    public void AllAreKnownWithTheirDefaults()
    {
        Assert.InRange(Keys.Count, 480, 600);
        var wrong = new List<string>();
        foreach (var key in Keys)
        {
            if (Find(key).Setting is not { } setting)
            {
                wrong.Add($"{key.Path}: not declared");
                continue;
            }
            var expected = OtherDefaults.GetValueOrDefault(key.Path) ?? key.Default.Trim('"');
            var isZero = expected is "(zero value)" or "[]" or "{}" ? setting.Default is "" or "0" or "false" or "1" or "true" : setting.Default == expected;
            if (!isZero) wrong.Add($"{key.Path}: default '{setting.Default}', the reference's is {key.Default}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void AllAreReadFromFiles()
    {
        var wrong = new List<string>();
        foreach (var key in Keys.Where(k => Find(k).Setting is not null))
        {
            var (section, setting) = Find(key);
            var findings = new ConfigFindings();
            // The keys of the path, one below the other, as people write them.
            var value = setting!.Kind is SettingKind.Map or SettingKind.SecretMap ? "{name: value}" : key.Other(setting);
            var node = YamlDocuments.Read(key.Path.Replace(".", ": {", StringComparison.Ordinal) + ": " + value + new string('}', key.Path.Count(c => c == '.')))[0];
            var source = new ConfigSource("file", node, _ => null);
            var values = new SettingsReader(source, findings).Read(section.Length == 0 ? node : source.Section(section), section, [setting], useEnvironment: false, []);
            if (!values.IsSet(setting.Key) || findings.Warnings.Count > 0) wrong.Add($"{key.Path} is not read");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void AllAreReadFromTheirVariables()
    {
        var wrong = new List<string>();
        foreach (var key in Keys)
        {
            var (section, setting) = Find(key);
            if (setting is null) continue;
            var findings = new ConfigFindings();
            var value = key.Other(setting);
            var source = new ConfigSource("file", null, name => name == key.Variable ? value : null);
            var values = new SettingsReader(source, findings).Read(null, section, [setting], useEnvironment: true, []);
            if (!values.IsSet(setting.Key)) wrong.Add($"{key.Variable} is not read");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
