using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations;
using Peregrine.Hub.Destinations.Wire;
using Peregrine.Hub.Store.Postgres;
using Peregrine.Rules.Yaml;

namespace Peregrine.Hub.Configuration;

/// <summary>Reads the configuration: the reference's sections and environment names as people have them, and ours beside them.</summary>
internal sealed class HubConfigurationReader
{
    private static readonly string[] OwnSections = ["mutualtlsclient", "tlsclient", "tlsserver", "prometheus", "ingest", "sensors", "retention", "delivery", "destinations", "routes", "silences"];

    private readonly ConfigSource _source;
    private readonly ConfigFindings _findings = new();
    private readonly SettingsReader _settings;
    private readonly SettingValues _delivery;
    private readonly Dictionary<string, string> _fallbackPlaces = new(StringComparer.Ordinal);

    private HubConfigurationReader(ConfigSource source)
    {
        _source = source;
        _settings = new SettingsReader(source, _findings);
        _delivery = Section("delivery", HubSettings.Delivery);
    }

    /// <param name="file">The configuration file; null for the environment alone.</param>
    /// <param name="environment">Gives the value of an environment variable.</param>
    /// <exception cref="ConfigurationException">It cannot be right; the message has the place.</exception>
    public static HubConfiguration Read(string? file, Func<string, string?> environment) =>
        new HubConfigurationReader(file is null ? new ConfigSource("environment", null, environment) : ConfigSource.Read(file, environment)).Read();

    /// <summary>Reads a configuration from text.</summary>
    public static HubConfiguration ReadText(string yaml, Func<string, string?> environment)
    {
        var documents = YamlDocuments.Read(yaml);
        return new HubConfigurationReader(new ConfigSource("configuration", documents.Count == 0 || documents[0].IsNull ? null : documents[0], environment)).Read();
    }

    private HubConfiguration Read()
    {
        var kinds = DestinationKinds.All;
        string[] sections = [.. OwnSections, .. kinds.Select(k => k.Section.Split('.')[0]).Distinct(StringComparer.Ordinal)];
        var top = _settings.Read(_source.Root, "", HubSettings.Top, useEnvironment: true, sections);
        var tlsClient = Section("tlsclient", HubSettings.TlsClient);
        var mutual = Section("mutualtlsclient", HubSettings.MutualTlsClient);
        var destinations = kinds.Select(Configured).OfType<DestinationInstance>().Concat(Named()).ToList();
        CheckParents(kinds);
        if (destinations.GroupBy(d => d.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ConfigurationException($"{_source.File}: two destinations have the name '{twice.Key}'");
        CheckFallbacks(destinations);
        return new HubConfiguration
        {
            Top = top,
            TlsServer = Section("tlsserver", HubSettings.TlsServer),
            Ingest = Section("ingest", HubSettings.Ingest),
            Sensors = Section("sensors", HubSettings.Sensors),
            Retention = Section("retention", HubSettings.Retention),
            Database = Database(top),
            HubName = top.IsSet("name") ? top.Text("name") : Environment.MachineName,
            ExtraLabels = Section("prometheus", HubSettings.Prometheus).Text("extralabels").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ClientTls = ClientTlsReader.Read(top.Text("mutualtlsfilespath"), mutual, tlsClient.Text("cacertfile"), destinations.Any(NeedsClientCertificate)),
            Destinations = destinations,
            Routing = new RoutesReader(_source, _findings, destinations).Read(),
            Secrets = _findings.Secrets,
            Warnings = _findings.Warnings,
        };
    }

    /// <summary>Whether a destination shows the hub's certificate: it asks for mutual TLS and names no files of its own.</summary>
    private static bool NeedsClientCertificate(DestinationInstance destination)
    {
        bool Declares(string key) => destination.Kind.Settings.Any(s => s.Key == key);
        return Declares(HttpSettings.MutualTls) && destination.Settings.Flag(HttpSettings.MutualTls) && !(Declares(TlsFiles.Certificate) && destination.Settings.IsSet(TlsFiles.Certificate));
    }

    /// <summary>A destination that a section of the reference switches on.</summary>
    private DestinationInstance? Configured(DestinationKind kind)
    {
        var node = _source.Section(kind.Section);
        var values = _settings.Read(node, kind.Section, kind.Settings, useEnvironment: true, [.. SectionsBelow(kind.Section), "delivery"]);
        if (!kind.EnabledBy.All(key => values.IsSet(key) && (kind.Settings.First(s => s.Key == key).Kind != SettingKind.Flag || values.Flag(key)))) return null;
        return Instance(kind.Name, kind, node, kind.Section, values, takesAll: true);
    }

    private IEnumerable<DestinationInstance> Named()
    {
        if (_source.Section("destinations") is not { IsNull: false } list) yield break;
        if (!list.IsSequence) throw _source.Error(list, "destinations: a list is expected");
        foreach (var node in list.Items)
        {
            var name = Required(node, "name");
            var kindName = Required(node, "kind");
            var kind = DestinationKinds.Find(kindName) ?? throw _source.Error(node.Find("kind")!, $"there is no kind of destination '{kindName}'{Suggestion.For(kindName, DestinationKinds.All.Select(k => k.Name))}");
            var values = _settings.Read(node, $"destinations.{name}", kind.Settings, useEnvironment: false, ["name", "kind", "delivery"]);
            foreach (var key in kind.EnabledBy)
                if (!values.IsSet(key)) throw _source.Error(node, $"the destination '{name}' of kind {kind.Name} needs '{key}'");
            yield return Instance(name, kind, node, $"destinations.{name}", values, takesAll: false);
        }
    }

    private DestinationInstance Instance(string name, DestinationKind kind, YamlNode? node, string section, SettingValues values, bool takesAll)
    {
        var shared = kind.Shared is null ? SettingValues.Empty : _settings.Read(_source.Section(kind.Shared.Section), kind.Shared.Section, kind.Shared.Settings, useEnvironment: true, [.. SectionsBelow(kind.Shared.Section)]);
        var own = node?.Find("delivery");
        // The keys of one destination before those for all.
        var delivery = own is null ? _delivery : _settings.Read(own, section + ".delivery", HubSettings.Delivery, useEnvironment: false, []).Over(_delivery);
        _fallbackPlaces[name] = delivery.PlaceOf("fallback");
        var least = AlertPriorities.TryParse(values.Text(CommonSettings.MinimumPriority), out var priority) ? priority : AlertPriority.None;
        return new DestinationInstance
        {
            Name = name,
            Kind = kind,
            Settings = values,
            Shared = shared,
            Delivery = DeliveryOptions.From(delivery, kind.Batch(values), kind.IsHttp ? values.Integer(HttpSettings.MaxConcurrentRequests) : 1),
            MinimumPriority = least,
            TakesAll = takesAll,
        };
    }

    private static IEnumerable<string> SectionsBelow(string section) =>
        DestinationKinds.All.Where(k => k.Section.StartsWith(section + ".", StringComparison.Ordinal)).Select(k => k.Section[(section.Length + 1)..].Split('.')[0]).Distinct(StringComparer.Ordinal);

    /// <summary>Sections that only hold others (<c>otlp</c>, <c>gcp</c>): what else stands there is unknown.</summary>
    private void CheckParents(IReadOnlyList<DestinationKind> kinds)
    {
        var parents = kinds.Where(k => k.Section.Contains('.', StringComparison.Ordinal)).Select(k => k.Section.Split('.')[0]).Distinct(StringComparer.Ordinal);
        foreach (var parent in parents.Where(p => !kinds.Any(k => k.Section == p)))
        {
            var shared = kinds.FirstOrDefault(k => k.Shared?.Section == parent)?.Shared?.Settings ?? [];
            _settings.Read(_source.Section(parent), parent, shared, useEnvironment: false, [.. SectionsBelow(parent)]);
        }
    }

    /// <summary>Fallbacks lead to destinations that are there, and not in a ring: what nobody takes would go round for ever.</summary>
    private void CheckFallbacks(IReadOnlyList<DestinationInstance> destinations)
    {
        var next = destinations.ToDictionary(d => d.Name, d => d.Delivery.Fallback, StringComparer.Ordinal);
        foreach (var start in destinations)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var name = start.Name; name.Length > 0; name = next[name])
            {
                if (!next.ContainsKey(name)) throw new ConfigurationException($"{_fallbackPlaces[start.Name]}: the fallback of '{start.Name}' is '{name}', and there is no such destination{Suggestion.For(name, next.Keys)}");
                if (!seen.Add(name)) throw new ConfigurationException($"{_fallbackPlaces[start.Name]}: the fallback of '{start.Name}' leads back to '{name}'");
            }
        }
    }

    /// <summary>The store's database. Messages do not repeat its address, which may hold a password.</summary>
    private PostgresAddress? Database(SettingValues top)
    {
        var text = top.Text("store");
        if (text is "sqlite" or "") return null;
        var place = $"{top.PlaceOf("store")}: store";
        if (!PostgresAddress.IsAddress(text)) throw new ConfigurationException($"{place}: 'sqlite' or an address that begins with postgres:// is expected");
        try
        {
            var address = PostgresAddress.Parse(text);
            if (top.IsSet("storepassword")) address = address.With(top.Text("storepassword"));
            if (address.Password is { Length: > 0 } password) _findings.Secrets.Add(password);
            return address;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new ConfigurationException($"{place}: {e.Message}", e);
        }
    }

    private SettingValues Section(string section, IReadOnlyList<Setting> settings) => _settings.Read(_source.Section(section), section, settings, useEnvironment: true, []);

    private string Required(YamlNode node, string key) => node.Find(key) is { IsScalar: true } value && _source.Expand(value) is { Length: > 0 } text
        ? text
        : throw _source.Error(node, $"a destination needs '{key}'");
}
