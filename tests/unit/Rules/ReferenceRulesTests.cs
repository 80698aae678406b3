using Peregrine.Rules;
using Xunit;

namespace Peregrine.UnitTests.Rules;

/// <summary>The reference's rule files load together, where they are at hand.</summary>
public sealed class ReferenceRulesTests
{
    [Fact]
    public void TheReferencesRulesLoadTogether()
    {
        var folder = Folder();
        Assert.SkipUnless(Directory.Exists(folder), "the reference's rules are not at hand");
        var loader = new RuleLoader(RuleFiles.Options with { Plugins = [new("container", "0.7.1", null, ["container.id"]) { AsyncEvents = ["container", "container_removed"] }] });
        foreach (var name in (string[])["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"])
        {
            var result = loader.Load(name, File.ReadAllBytes(Path.Combine(folder, name)));
            Assert.True(result.Successful, result.ToText());
        }
        Assert.Equal(93, loader.Rules.Rules.Count);
        Assert.Null(loader.CheckPlugins());
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Peregrine.slnx"))) return Path.Combine(folder.Parent!.FullName, "shared", "rules");
        return "";
    }
}
