using System.Net;
using Peregrine.Sensor.Names;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Names;

public sealed class HostsFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("one.example", "192.0.2.1")]
    [InlineData("ONE.example.", "192.0.2.1")]
    [InlineData("alias", "192.0.2.1")]
    [InlineData("both", "192.0.2.2 2001:db8::2")]
    [InlineData("last", "192.0.2.3")]
    [InlineData("commented", "")]
    [InlineData("short", "")]
    [InlineData("192.0.2.1", "")]
    public async Task ANameHasTheAddressesOfItsLines(string name, string addresses)
    {
        File.WriteAllText(_path, "# hosts\n192.0.2.1\tone.example alias # commented\n\n  192.0.2.2 both\r\n2001:db8::2 both\r\n127.1 short\nnonsense line\n192.0.2.9\n192.0.2.3 last");
        Assert.Equal(addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries), await Find(new HostsFile(_path), name));
    }

    [Fact]
    public async Task AChangedFileIsReadAgain()
    {
        File.WriteAllText(_path, "192.0.2.1 host\n");
        var hosts = new HostsFile(_path);
        Assert.Equal(["192.0.2.1"], await Find(hosts, "host"));
        File.WriteAllText(_path, "192.0.2.77 host\n");
        Assert.Equal(["192.0.2.77"], await Find(hosts, "host"));
        File.Delete(_path);
        Assert.Empty(await Find(hosts, "host"));
    }

    private static async Task<IEnumerable<string>> Find(HostsFile hosts, string name) => (await hosts.Find(name, CancellationToken.None)).Select(a => new IPAddress(a).ToString());
}
