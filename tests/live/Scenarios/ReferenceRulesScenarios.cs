using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>Rule files that people have today, unmodified: they load, and fire for what they describe.</summary>
[Collection(LiveCollection.Name)]
public sealed class ReferenceRulesScenarios(LiveSensor shared)
{
    [Fact]
    public void TheReferencesRulesLoadAndFire()
    {
        Assert.SkipWhen(Repository.ReferenceRules is null, "the reference's rule files are not here");
        using var folder = new LiveFolder();
        // In this order: the later ones use lists and macros of their own under names that the first has too.
        var rules = new[] { "falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml" }.Select(name => Path.Combine(Repository.ReferenceRules!, name)).ToArray();
        using var sensor = SensorProcess.Start("-c", folder.Write("config.yaml", LiveSensor.Configuration(rules)));
        sensor.WaitUntilItWatches(() => Command.Shell("cat /etc/shadow > /dev/null"), alert => alert.Rule == "Read sensitive file untrusted");
        Command.Shell($"find {folder.Path} -name id_rsa");
        Command.Shell($"/bin/echo stratum+tcp://{LiveSensor.Tag}");
        Command.Shell($"shred -u {folder.Write("to-shred", "x")}");
        shared.Deeds.Do("exec-memfd", "ghost", shared.Deeds.Path, "nothing", $"{LiveSensor.Tag}-reference").Succeeded();
        Command.Shell($"ln -s /etc/shadow {folder.Path}/link");
        sensor.Expect("Search Private Keys or Passwords", a => a["proc.name"] == "find" && LiveSensor.Speaks(a, folder.Path));
        sensor.Expect("Detect crypto miners using the Stratum protocol", a => LiveSensor.Speaks(a, LiveSensor.Tag));
        sensor.Expect("Remove Bulk Data from Disk", a => LiveSensor.Speaks(a, folder.Path));
        sensor.Expect("Fileless execution via memfd_create", a => a["proc.cmdline"]!.Contains($"{LiveSensor.Tag}-reference", StringComparison.Ordinal));
        sensor.Expect("Create Symlink Over Sensitive Files", a => LiveSensor.Speaks(a, folder.Path));
        Assert.Equal(0, sensor.Stop());
    }
}
