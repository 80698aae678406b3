using System.Text;
using Peregrine.Rules.Yaml;

namespace Peregrine.Fuzz;

/// <summary>Inputs that the repository holds: its rule files, and the conditions in them.</summary>
internal sealed class FuzzCorpus
{
    private FuzzCorpus(IReadOnlyList<byte[]> ruleFiles) => RuleFiles = ruleFiles;

    public IReadOnlyList<byte[]> RuleFiles { get; }

    public static FuzzCorpus Find(string repository) =>
        new([.. Directory.EnumerateFiles(Path.Combine(repository, "rules"), "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]);

    /// <summary>Each item of the files alone, so that mutations have little to carry along.</summary>
    public IEnumerable<byte[]> Items() => RuleFiles.SelectMany(static f => Encoding.UTF8.GetString(f).Split("\n\n").Where(static t => t.StartsWith("- ", StringComparison.Ordinal)).Select(Encoding.UTF8.GetBytes));

    /// <summary>The values of one key in all items.</summary>
    public IEnumerable<string> Values(string key) => RuleFiles.SelectMany(static f => YamlDocuments.Read(f)).SelectMany(static d => d.Items)
        .Select(i => i.Find(key)).Where(static v => v is { IsScalar: true }).Select(static v => v!.Text);
}
