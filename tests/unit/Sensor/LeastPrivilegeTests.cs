using Peregrine.Kernel.Privileges;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Live;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>Which capabilities a configuration works with.</summary>
public sealed class LeastPrivilegeTests : IDisposable
{
    private static readonly CapabilitySet Always = CapabilitySet.Of(Capability.SysPtrace, Capability.DacReadSearch);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-rights-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Reading_the_machine_is_all_that_is_needed_by_default() => Assert.Equal(Always, Needed(""));

    [Fact]
    public void A_low_port_needs_the_right_to_it()
    {
        Assert.Equal(Always.With(Capability.NetBindService), Needed("webserver: {enabled: true, listen_port: 80}"));
        Assert.Equal(Always, Needed("webserver: {enabled: true, listen_port: 8765}"));
        Assert.Equal(Always, Needed("webserver: {enabled: false, listen_port: 80}"));
    }

    [Fact]
    public void A_file_of_our_own_needs_nothing_and_a_folder_that_may_not_be_written_does()
    {
        var mine = Path.Combine(_folder.FullName, "alerts");
        Assert.Equal(Always, Needed($"file_output: {{enabled: true, filename: {mine}}}"));
        File.WriteAllText(mine, "");
        Assert.Equal(Always, Needed($"file_output: {{enabled: true, filename: {mine}}}"));
        File.SetUnixFileMode(mine, UnixFileMode.UserRead);
        Assert.Equal(Always.With(Capability.DacOverride), Needed($"file_output: {{enabled: true, filename: {mine}}}"));
        File.Delete(mine);
        File.SetUnixFileMode(_folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal(Always.With(Capability.DacOverride), Needed($"file_output: {{enabled: true, filename: {mine}}}"));
        File.SetUnixFileMode(_folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void What_is_named_is_kept() => Assert.Equal(Always.With(Capability.Kill), Needed("least_privilege: {keep_capabilities: [cap_kill]}"));

    private CapabilitySet Needed(string text)
    {
        // Sockets of other users' engines on the machine that runs the test are none of its business.
        var file = Path.Combine(Directory.CreateTempSubdirectory("peregrine-rights-config-").FullName, "main.yaml");
        try
        {
            File.WriteAllText(file, "plugins: []\n" + text + "\n");
            return LeastPrivilege.Needed(SensorConfigurationReader.Read(new ConfigLoader(_ => null, new ConfigSources()).Load(file, [])), null);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }
}
