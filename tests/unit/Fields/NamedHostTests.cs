using System.Net;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.State;
using Peregrine.UnitTests.State;
using Xunit;

namespace Peregrine.UnitTests.Fields;

/// <summary>Conditions that name hosts: they hold for the addresses that the hosts have at that moment.</summary>
public sealed class NamedHostTests
{
    private const string Server = "198.51.100.7";
    private readonly World _world = new();

    public NamedHostTests() => _world.Fork(1, 10);

    [Theory]
    [InlineData("fd.sip.name = one", Server, true)]
    [InlineData("fd.sip.name = one", "198.51.100.8", false)]
    [InlineData("fd.sip.name = one", "198.51.100.8 198.51.100.7", true)]
    [InlineData("fd.sip.name = one", "", false)]
    [InlineData("fd.sip.name != one", Server, false)]
    [InlineData("fd.sip.name != one", "198.51.100.8", true)]
    [InlineData("fd.cip.name = one", Server, false)]
    [InlineData("fd.cip.name = one", "10.0.0.1", true)]
    [InlineData("fd.sip.name in (one, two)", Server, true)]
    [InlineData("fd.sip.name in (two, one)", Server, true)]
    [InlineData("not fd.sip.name in (two, three)", Server, true)]
    [InlineData("fd.sip.name contains one", Server, false)]
    public void AConditionHoldsForTheHostsAddresses(string condition, string addresses, bool holds)
    {
        var filter = Compile(condition);
        foreach (var host in filter.Hosts.Where(h => h.Name == "one")) host.Addresses = Bytes(addresses);
        Assert.Equal(holds, HoldsOnConnect(filter));
    }

    [Fact]
    public void NewAddressesCountFromTheNextEventOn()
    {
        var filter = Compile("fd.sip.name = one");
        Assert.False(HoldsOnConnect(filter));
        filter.Hosts[0].Addresses = Bytes(Server);
        Assert.True(HoldsOnConnect(filter));
        filter.Hosts[0].Addresses = [];
        Assert.False(HoldsOnConnect(filter));
    }

    [Fact]
    public void TheHostsOfAConditionAreThoseThatItNames() =>
        Assert.Equal(["one", "two"], Compile("fd.sip.name = one or (fd.name = three and not fd.rip.name in (two))").Hosts.Select(h => h.Name));

    private static CompiledFilter Compile(string condition) => new FilterCompiler(FieldTexts.Catalog).Compile(condition);

    private static byte[][] Bytes(string addresses) => [.. addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => IPAddress.Parse(a).GetAddressBytes())];

    private bool HoldsOnConnect(CompiledFilter filter)
    {
        var holds = false;
        _world.Event(EventType.SocketSocketX, 10, (ref w) =>
        {
            w.I64(3);
            w.U32(2);
            w.U32(1);
            w.U32(0);
            w.U32(0);
        });
        byte[] tuple = [2, 10, 0, 0, 1, 0x50, 0xc3, .. IPAddress.Parse(Server).GetAddressBytes(), 0xbb, 0x01];
        _world.Event(EventType.SocketConnectX, 10, (ref w) =>
        {
            w.I64(0);
            w.Bytes(tuple);
            w.I64(3);
            w.Bytes([]);
        }, (ref context) => holds = filter.Matches(ref context, new EvaluationScratch()));
        return holds;
    }
}
