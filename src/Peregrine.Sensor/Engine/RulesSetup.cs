using System.Security.Cryptography;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Filters.Fields;
using Peregrine.Rules;
using Peregrine.Sensor.Commands;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Engine;

/// <summary>Sets up the loader of rules as the configuration says, and reads the files.</summary>
internal sealed class RulesSetup
{
    private readonly SensorConfiguration _configuration;
    private readonly FieldCatalog _syscall;
    private readonly List<(string File, string Sha256)> _digests = [];

    /// <param name="configuration">The configuration.</param>
    /// <param name="print">The <c>-p</c> option.</param>
    public RulesSetup(SensorConfiguration configuration, string? print)
    {
        _configuration = configuration;
        _syscall = new FieldCatalog([.. configuration.Alerts.Base64Buffers ? SyscallFields.All.Select(InBase64) : SyscallFields.All, .. StaticFields.Of(configuration.Rules.StaticFields), .. ContainerFields.All]);
        Loader = new RuleLoader(new RuleLoaderOptions
        {
            Sources = [new RuleSource(RuleSource.Syscall, _syscall)],
            Plugins = [BuiltInContainerPlugin.ForRules],
            AppendOutput = [.. configuration.Rules.AppendOutput.Select(AppendOutputOf), .. PrintOption.AppendOutput(print)],
            Threshold = (RulePriority)configuration.Rules.Priority,
            Filters = new FilterOptions { Services = ServiceTable.OfMachine },
            Semantics = configuration.Rules.StrictSemantics ? RulesSemantics.Strict : RulesSemantics.Compatible,
        });
    }

    public RuleLoader Loader { get; }

    /// <summary>Begins to make what the loading of rules needs whatever the configuration says, while that is read: the description of all fields, and the machine's services.</summary>
    public static Task ReadAhead() => Task.Run(static () =>
    {
        _ = new FieldCatalog([.. SyscallFields.All, .. ContainerFields.All]);
        _ = ServiceTable.OfMachine;
    });

    public FieldCatalog Syscall => _syscall;

    /// <summary>Loads one file.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="name">What results call it; null for its name without the folder.</param>
    public LoadResult Load(string file, string? name = null)
    {
        try
        {
            return Loader.Load(name ?? Path.GetFileName(file), File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SensorException($"cannot read the rules file {file}: {e.Message}", e);
        }
    }

    /// <summary>Loads files one after the other and stops at the first that fails.</summary>
    /// <param name="files">In order.</param>
    /// <param name="warn">Told the findings of files that load with warnings.</param>
    public void LoadAll(IEnumerable<string> files, Action<string> warn)
    {
        foreach (var file in files)
        {
            var result = Load(file);
            if (_configuration.Metrics.Enabled) _digests.Add((result.Name, Convert.ToHexStringLower(SHA256.HashData(result.Content))));
            if (!result.Successful) throw new SensorException(Text(result));
            if (result.Warnings.Count > 0) warn(Text(result));
        }
        CheckPlugins();
    }

    public void CheckPlugins()
    {
        if (Loader.CheckPlugins() is { } problem) throw new SensorException(problem);
    }

    /// <summary>The rules with the configured selection.</summary>
    public LoadedRules Ready()
    {
        var steps = _configuration.Rules.Selection.Select(s => new SelectionStep(s.Enable, s.Rule, s.Tag));
        var engine = new RuleEngine(Loader.Rules, steps, _configuration.Rules.MatchAll ? RuleMatching.All : RuleMatching.First);
        return new LoadedRules(engine, new Dictionary<string, FieldCatalog> { [RuleSource.Syscall] = _syscall }) { Digests = _digests };
    }

    /// <summary>All findings of a file with their places.</summary>
    private string Text(LoadResult result) => result.ToText(Loader).TrimEnd('\n');

    private static Field InBase64(Field field) => field.Type == ParamType.Bytebuf ? field with { Format = ValueRenderer.Base64 } : field;

    private static AppendOutput AppendOutputOf(AppendOutputEntry entry) => new()
    {
        Source = entry.Source ?? "",
        Rule = entry.Rule ?? "",
        Tags = entry.Tags,
        ExtraOutput = entry.ExtraOutput ?? "",
        ExtraFields = [.. entry.ExtraFields.Select(f => f.Format is null ? new Rules.ExtraField(f.Key, "%" + f.Key, IsRaw: true) : new Rules.ExtraField(f.Key, f.Format, IsRaw: false))],
        SuggestedOutput = entry.SuggestedOutput,
    };
}
