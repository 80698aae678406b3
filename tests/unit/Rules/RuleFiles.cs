using Peregrine.Filters;
using Peregrine.Filters.Fields;
using Peregrine.Rules;

namespace Peregrine.UnitTests.Rules;

/// <summary>Loads rule files for tests, with the fields of system calls and containers.</summary>
internal static class RuleFiles
{
    private static readonly FieldCatalog Fields = new([.. SyscallFields.All, .. ContainerFields.All]);

    public static RuleLoaderOptions Options { get; } = new() { Sources = [new(RuleSource.Syscall, Fields)] };

    public static RuleLoader NewLoader(RulesSemantics semantics = RulesSemantics.Compatible) => new(Options with { Semantics = semantics });

    /// <summary>Loads files into one loader and gives it with the last file's result.</summary>
    public static (RuleLoader Loader, LoadResult Result) Load(params string[] files)
    {
        var loader = NewLoader();
        LoadResult? result = null;
        for (var i = 0; i < files.Length; i++) result = loader.Load($"f{i}.yaml", files[i]);
        return (loader, result!);
    }

    /// <summary>Loads files that must be fine.</summary>
    public static RuleLoader Loaded(params string[] files)
    {
        var (loader, result) = Load(files);
        Xunit.Assert.True(result.Successful, result.ToText());
        return loader;
    }

    /// <summary>A rule with this condition, and further keys.</summary>
    public static string Rule(string condition, string name = "r", string more = "") => $"""
        - rule: {name}
          desc: d
          condition: {condition}
          output: o %proc.name
          priority: INFO
        {more}
        """;

    /// <summary>The only error of a file.</summary>
    public static LoadError Error(params string[] files) => Xunit.Assert.Single(Load(files).Result.Errors);

    /// <summary>The compiled condition of rule <c>r</c>.</summary>
    public static string Condition(RuleLoader loader, string rule = "r") => ConditionPrinter.Print(loader.Rules.Find(rule)!.Condition);
}
