namespace Peregrine.Rules;

/// <summary>The sources that rules can be written for.</summary>
internal sealed class SourceTable
{
    private readonly Dictionary<string, SourceFields> _sources = new(StringComparer.Ordinal);

    public SourceTable(RuleLoaderOptions options)
    {
        EngineVersion = options.EngineVersion;
        var filters = FilterSetup.Of(options);
        foreach (var source in options.Sources) _sources[source.Name] = new SourceFields(source, filters);
    }

    public EngineVersion EngineVersion { get; }

    public SourceFields? Find(string name) => _sources.GetValueOrDefault(name);
}
