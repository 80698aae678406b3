using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>Which file a descriptor is, when it did not stay where it was opened.</summary>
[Collection(LiveCollection.Name)]
public sealed class DescriptorScenarios(LiveSensor sensor)
{
    [Theory]
    [InlineData("high {0} 5000")]
    [InlineData("high {0} 1024")]
    [InlineData("onto {0} {1}")]
    [InlineData("range {1} {0}")]
    [InlineData("kept {0} {deeds}")]
    [InlineData("fork-apart {0} {1}")]
    [InlineData("in-thread onto {0} {1}")]
    [InlineData("vfork-do high {0} 77")]
    public void ADescriptorIsTheFileThatItStandsFor(string deed)
    {
        var (one, other) = (File("one"), File("other"));
        sensor.Deeds.Do(deed.Replace("{deeds}", sensor.Deeds.Path, StringComparison.Ordinal).Split(' ').Select(w => w == "{0}" ? one : w == "{1}" ? other : w).ToArray()).Succeeded();
        Assert.Equal(one, sensor.Expect(LiveSensor.Used, a => a["proc.cmdline"]!.Contains(one, StringComparison.Ordinal))["fd.name"]);
    }

    [Fact]
    public void ADescriptorThatCameWithAMessage()
    {
        var path = File("passed");
        var receivers = new HashSet<string>();
        for (var i = 0; i < 20; i++) receivers.Add(sensor.Deeds.Do("passed", path).Succeeded().Output.Trim());
        foreach (var receiver in receivers) Assert.Equal(path, sensor.Expect(LiveSensor.Used, a => a["proc.pid"] == receiver)["fd.name"]);
    }

    [Fact]
    public void AUnixSocketWithoutAFile()
    {
        var name = $"{LiveSensor.Tag}-abstract";
        var result = sensor.Deeds.Do("abstract", name).Succeeded();
        var alert = sensor.Expect(LiveSensor.Connected, a => a["proc.pid"] == $"{result.Pid}");
        Assert.Equal("unix", alert["fd.type"]);
        Assert.EndsWith(name, alert["fd.name"], StringComparison.Ordinal);
    }

    private string File(string name) => sensor.Folder.Write($"descriptors-{Guid.NewGuid():N}/{name}", "");
}
