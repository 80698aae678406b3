using System.Text;
using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>
/// Loads rule files, one after the other, into one set of rules. Definitions of earlier files stay visible to later ones, also those of a file that failed; each file
/// that loads makes a new <see cref="RuleSet"/> of everything so far. Not thread-safe.
/// </summary>
public sealed class RuleLoader
{
    private readonly RuleLoaderOptions _options;
    private readonly SourceTable _sources;
    private readonly RuleCollector _collector;
    private readonly ParsedConditions _parsed = new();

    public RuleLoader(RuleLoaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _sources = new SourceTable(options);
        _collector = new RuleCollector(_sources, options.Semantics);
        Rules = NewSet([]);
    }

    /// <summary>The rules of the last load that succeeded.</summary>
    public RuleSet Rules { get; private set; }

    /// <summary>The highest version of the engine that the files ask for; 0.0.0 when they ask for none.</summary>
    public EngineVersion RequiredEngineVersion => _collector.RequiredEngine;

    public IReadOnlyList<PluginRequirement> RequiredPlugins => _collector.RequiredPlugins;

    /// <summary>What the last compilation gave, for descriptions; null before one succeeded.</summary>
    internal CompileOutput? Compiled { get; private set; }

    internal RuleCollector Collector => _collector;

    internal RuleLoaderOptions Options => _options;

    /// <summary>Loads a file; its name is what results show, without the folder.</summary>
    public LoadResult Load(string name, string content) => Load(name, Encoding.UTF8.GetBytes(content));

    public LoadResult Load(string name, byte[] utf8)
    {
        var result = new LoadResult(name, utf8);
        _collector.Result = result;
        if (!new RuleReader(_collector, result).Read()) return result;
        if (new RuleCompiler(_options, _sources, _parsed, result).Compile(_collector) is not { } compiled) return result;
        Compiled = compiled;
        Rules = NewSet([.. compiled.Rules.Select(static r => r.Rule)]);
        return result;
    }

    /// <summary>What is wrong with the loaded plugins, given what the files ask for; null when nothing is. To be asked after all files were loaded.</summary>
    public string? CheckPlugins()
    {
        foreach (var requirement in _collector.RequiredPlugins)
            if (requirement.Check(_options.Plugins) is { } problem) return problem;
        return null;
    }

    internal FieldCatalog Fields(string source) => _sources.Find(source)!.Source.Fields;

    private RuleSet NewSet(IReadOnlyList<Rule> rules) => new(rules, [.. _options.Sources.Select(static s => s.Name)], _options.Threshold);
}
