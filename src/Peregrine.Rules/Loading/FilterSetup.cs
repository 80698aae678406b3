using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>What conditions are compiled with, given what rules are loaded with.</summary>
internal static class FilterSetup
{
    public static FilterOptions Of(RuleLoaderOptions options)
    {
        var names = new HashSet<string>(options.Filters.AsyncEvents, StringComparer.Ordinal);
        foreach (var plugin in options.Plugins) names.UnionWith(plugin.AsyncEvents);
        return options.Filters with
        {
            Semantics = options.Semantics == RulesSemantics.Strict ? FilterSemantics.Strict : options.Filters.Semantics,
            AsyncEvents = names,
        };
    }
}
