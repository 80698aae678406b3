namespace Peregrine.Rules;

/// <summary>Which plugins a rule, macro or list cannot do without.</summary>
internal static class UsedPlugins
{
    /// <summary>Plugins that provide the source, a field, or an asynchronous event that is named. The source is null for macros and lists, which belong to none.</summary>
    public static SortedSet<string> Of(IReadOnlyList<RulePlugin> plugins, string? source, IEnumerable<string> fields, IReadOnlyCollection<string> eventNames)
    {
        var used = new SortedSet<string>(StringComparer.Ordinal);
        var names = fields.Select(static f => f.Split('[')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var plugin in plugins)
        {
            var fits = source is null || plugin.ExtractSources is null || plugin.ExtractSources.Contains(source);
            if ((source is not null && plugin.Source == source) || (fits && (plugin.Fields.Any(names.Contains) || plugin.AsyncEvents.Any(eventNames.Contains))))
                used.Add(plugin.Name);
        }
        return used;
    }
}
