using System.Net;
using Peregrine.Filters;
using Peregrine.Sensor.Names;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Names;

public sealed class HostNameResolverTests : IDisposable
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(20);

    private readonly TimersByHand _clock = new();
    private readonly List<string> _told = [];
    private readonly List<string> _noted = [];
    private readonly Place _file = new();
    private readonly Place _servers = new();
    private readonly HostNameResolver _resolver;

    public HostNameResolverTests() => _resolver = new HostNameResolver(Tell, _noted.Add, _clock);

    public void Dispose() => _resolver.Dispose();

    [Fact]
    public void TheFirstPlaceThatKnowsANameDecides()
    {
        _file["one"] = ["192.0.2.1"];
        _servers["one"] = ["192.0.2.9"];
        _servers["two"] = ["192.0.2.2", "2001:db8::2"];
        var hosts = Watch("one", "two");
        Assert.Equal("192.0.2.1", Addresses(hosts[0]));
        Assert.Equal("192.0.2.2 2001:db8::2", Addresses(hosts[1]));
        Assert.Equal(["two"], _servers.Asked);
        Assert.Empty(_told);
    }

    [Fact]
    public void EveryConditionOnANameGetsItsAddressesFromOneQuestion()
    {
        _servers["one"] = ["192.0.2.1"];
        var hosts = Watch("one", "one", "ONE");
        Assert.All(hosts, host => Assert.Equal("192.0.2.1", Addresses(host)));
        Assert.Single(_servers.Asked);
    }

    [Fact]
    public void AnAnswerIsAskedForAgainWhenItIsOld()
    {
        _servers["one"] = ["192.0.2.1"];
        var host = Watch("one")[0];
        _servers["one"] = ["192.0.2.2"];
        Pass(HostNameResolver.Refresh);
        Until(() => Addresses(host) == "192.0.2.2");
    }

    [Fact]
    public void ANameThatNobodyKnowsIsToldOnceAndTriedLaterAndLater()
    {
        var host = Watch("nobody")[0];
        Assert.Contains("nobody", Assert.Single(_told), StringComparison.Ordinal);
        PassUntil(HostNameResolver.FirstPause, HostNameResolver.FirstPause);
        Until(() => _servers.Asked.Count == 2);
        // The second pause is twice as long.
        PassUntil(3 * HostNameResolver.FirstPause, HostNameResolver.FirstPause);
        Assert.Equal(2, _servers.Asked.Count);
        _servers["nobody"] = ["192.0.2.5"];
        Pass(HostNameResolver.FirstPause);
        Until(() => Addresses(host) == "192.0.2.5");
        Assert.Single(_told);
    }

    [Fact]
    public void ManyNamesThatNobodyKnowsAreOneWarning()
    {
        Watch([.. Enumerable.Range(0, 40).Select(i => $"host{i}")]);
        Assert.Contains("and 35 more", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void NamesOfAClusterAreNoWarningOutsideOfOne()
    {
        Assert.SkipUnless(ClusterNames.IsElsewhere("kubernetes.default.svc.cluster.local"), "this machine is part of a cluster");
        Watch("kubernetes.default.svc.cluster.local", "nobody");
        Assert.DoesNotContain("kubernetes", Assert.Single(_told), StringComparison.Ordinal);
        Assert.Contains("kubernetes.default", Assert.Single(_noted), StringComparison.Ordinal);
    }

    [Fact]
    public void AddressesStayWhileNobodyAnswers()
    {
        _servers["one"] = ["192.0.2.1"];
        var host = Watch("one")[0];
        _servers.Failure = "the network is down";
        PassUntil(HostNameResolver.Refresh, HostNameResolver.Refresh);
        Until(() => _servers.Asked.Count == 2);
        Assert.Equal("192.0.2.1", Addresses(host));
        Assert.Empty(_told);
    }

    [Fact]
    public void AFailureOfOnePlaceDoesNotKeepFromAskingTheNext()
    {
        _file.Failure = "not readable";
        _servers["one"] = ["192.0.2.1"];
        Assert.Equal("192.0.2.1", Addresses(Watch("one")[0]));
        Watch("two");
        Assert.Contains("two (not readable)", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void NobodyWaitsForAServerThatIsSilent()
    {
        _servers.IsSilent = true;
        _file["one"] = ["192.0.2.1"];
        NamedHost[] hosts = [new("one"), new("two")];
        _resolver.Watch(hosts, [_file, _servers]);
        _resolver.WaitForFirstAnswers(TimeSpan.FromMilliseconds(50));
        Until(() => Addresses(hosts[0]) == "192.0.2.1");
        Assert.Empty(_told);
        Until(() => _servers.Asked.Count == 1);
        Pass(HostNameResolver.Patience);
        Until(() => _told.Count == 1);
        Assert.Contains("two (no answer came in time)", _told[0], StringComparison.Ordinal);
    }

    [Fact]
    public void NewRulesKeepWhatIsKnown()
    {
        _servers["one"] = ["192.0.2.1"];
        Watch("one");
        _servers.IsSilent = true;
        NamedHost[] hosts = [new("one"), new("two")];
        _resolver.Watch(hosts, [_file, _servers]);
        Assert.Equal("192.0.2.1", Addresses(hosts[0]));
    }

    private static string Addresses(NamedHost host) => string.Join(' ', host.Addresses.Select(a => new IPAddress(a)));

    private NamedHost[] Watch(params string[] names)
    {
        NamedHost[] hosts = [.. names.Select(n => new NamedHost(n))];
        _resolver.Watch(hosts, [_file, _servers]);
        _resolver.WaitForFirstAnswers(LongEnough);
        return hosts;
    }

    /// <summary>Lets time pass once somebody waits for it.</summary>
    private void Pass(TimeSpan time)
    {
        Until(() => _clock.Waiting > 0);
        _clock.Advance(time);
    }

    /// <summary>Lets time pass once the resolver waits for this moment and for nothing before it.</summary>
    private void PassUntil(TimeSpan due, TimeSpan time)
    {
        Until(() => _clock.Earliest == DateTimeOffset.UnixEpoch + due);
        _clock.Advance(time);
    }

    private static void Until(Func<bool> holds) => Assert.True(SpinWait.SpinUntil(holds, LongEnough));

    private void Tell(string warning) => _told.Add(warning);

    /// <summary>A place that knows what a test tells it.</summary>
    private sealed class Place : IHostAddresses
    {
        private readonly Dictionary<string, string[]> _known = new(StringComparer.OrdinalIgnoreCase);
        private readonly List<string> _asked = [];

        public string[] this[string name]
        {
            set
            {
                lock (_known) _known[name] = value;
            }
        }

        public string? Failure { get; set; }

        public bool IsSilent { get; set; }

        public IReadOnlyList<string> Asked
        {
            get
            {
                lock (_known) return [.. _asked];
            }
        }

        public async Task<IReadOnlyList<byte[]>> Find(string name, CancellationToken cancelled)
        {
            lock (_known) _asked.Add(name);
            if (IsSilent) await Task.Delay(Timeout.Infinite, cancelled);
            if (Failure is { } failure) throw new IOException(failure);
            lock (_known) return _known.TryGetValue(name, out var addresses) ? [.. addresses.Select(a => IPAddress.Parse(a).GetAddressBytes())] : [];
        }
    }
}
