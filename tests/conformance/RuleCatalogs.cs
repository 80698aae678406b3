using System.Text.Json;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Filters.Fields;
using Peregrine.Rules;

namespace Peregrine.ConformanceTests;

/// <summary>The sources and plugins that rule cases are loaded with. Plugins are stand-ins: names, versions and fields out of <c>../data/plugin_fields.json</c>, without values.</summary>
internal static class RuleCatalogs
{
    private static readonly string[] GenericFields =
    [
        "evt.num", "evt.time", "evt.time.s", "evt.time.iso8601", "evt.datetime", "evt.datetime.s", "evt.rawtime", "evt.rawtime.s", "evt.rawtime.ns", "evt.reltime",
        "evt.reltime.s", "evt.reltime.ns", "evt.pluginname", "evt.plugininfo", "evt.source", "evt.is_async", "evt.asynctype", "evt.hostname",
    ];

    /// <summary>The fields that events of every source have.</summary>
    public static IEnumerable<Field> Generic { get; } = [.. SyscallFields.All.Where(f => GenericFields.Contains(f.Name))];

    /// <summary>Syscalls, and the sources of the plugins.</summary>
    public static RuleLoaderOptions Options(IReadOnlyList<string> plugins, IReadOnlyList<string> extraSources)
    {
        var loaded = plugins.Select(Plugin).ToList();
        var sources = new List<RuleSource> { new(RuleSource.Syscall, new FieldCatalog([.. SyscallFields.All, .. loaded.Where(p => p.Reads(RuleSource.Syscall)).SelectMany(p => p.Fields)])) };
        foreach (var source in loaded.Select(p => p.Source).OfType<string>().Concat(extraSources))
            sources.Add(new(source, new FieldCatalog([.. Generic, .. loaded.Where(p => p.Reads(source)).SelectMany(p => p.Fields)])));
        return new RuleLoaderOptions { Sources = sources, Plugins = [.. loaded.Select(p => p.Description)] };
    }

    private sealed record StandIn(RulePlugin Description, IReadOnlyList<Field> Fields)
    {
        public string? Source => Description.Source;

        public bool Reads(string source) => Description.ExtractSources is null ? source == Source || Source is null : Description.ExtractSources.Contains(source);
    }

    private static StandIn Plugin(string name)
    {
        var path = Path.Combine(ConformanceData.Folder, "..", "data", "plugin_fields.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var plugin = document.RootElement.GetProperty(name);
        var fields = plugin.GetProperty("fields").EnumerateArray().Select(f => MakeField(name, f)).ToList();
        var source = plugin.GetProperty("event_source").GetString();
        return new(new RulePlugin(name, plugin.GetProperty("version").GetString()!, source, [.. fields.Select(f => f.Name)])
        {
            AsyncEvents = Strings(plugin, "async_events") ?? [],
            ExtractSources = Strings(plugin, "extract_sources"),
        }, fields);
    }

    private static string[]? Strings(JsonElement element, string key) =>
        element.TryGetProperty(key, out var list) ? [.. list.EnumerateArray().Select(s => s.GetString()!)] : null;

    private static Field MakeField(string plugin, JsonElement field)
    {
        var argument = FieldArgument.None;
        if (field.TryGetProperty("arg", out var arg))
        {
            argument = arg.GetProperty("required").GetBoolean() ? FieldArgument.Required : FieldArgument.Allowed;
            if (arg.GetProperty("index").GetBoolean()) argument |= FieldArgument.Index;
            if (arg.GetProperty("key").GetBoolean()) argument |= FieldArgument.Key;
        }
        var type = field.GetProperty("type").GetString() switch
        {
            "bool" => ParamType.Bool,
            "uint64" => ParamType.Uint64,
            "reltime" => ParamType.Reltime,
            "abstime" => ParamType.Abstime,
            _ => ParamType.Charbuf,
        };
        return new Field(field.GetProperty("name").GetString()!, type, FieldScope.Event, "", null)
        {
            Class = plugin,
            Argument = argument,
            Traits = field.TryGetProperty("list", out var list) && list.GetBoolean() ? FieldTraits.List : FieldTraits.None,
        };
    }
}
