using System.Text;
using Peregrine.LiveTests.Harness;
using Peregrine.Outputs;
using Xunit;

namespace Peregrine.LiveTests.Peers;

/// <summary>rsyslog and syslog-ng understand both forms, however they travel.</summary>
[Collection(PeerCollection.Name)]
public sealed class SyslogPeerTests
{
    private const ulong Time = 1_794_013_323_456_789_000;
    private const int Count = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(SyslogFormat.Rfc3164)]
    [InlineData(SyslogFormat.Rfc5424)]
    public void RsyslogUnderstandsThem(SyslogFormat format)
    {
        using var peer = SyslogPeer.Rsyslog(format);
        foreach (var framing in new[] { SyslogFraming.OctetCounting, SyslogFraming.Newline }) SendAll(peer, format, framing);
    }

    [Theory]
    [InlineData(SyslogFormat.Rfc3164, SyslogFraming.Newline)]
    [InlineData(SyslogFormat.Rfc5424, SyslogFraming.Newline)]
    [InlineData(SyslogFormat.Rfc3164, SyslogFraming.OctetCounting)]
    [InlineData(SyslogFormat.Rfc5424, SyslogFraming.OctetCounting)]
    public void SyslogNgUnderstandsThem(SyslogFormat format, SyslogFraming framing)
    {
        using var peer = SyslogPeer.SyslogNg(format, framing);
        SendAll(peer, format, framing);
    }

    [Fact]
    public void ACertificateThatIsNotTrustedGetsNoAlert()
    {
        using var peer = SyslogPeer.Rsyslog();
        using var output = new SyslogOutput(Options(peer, SyslogTransport.Tls) with { Tls = new TlsOptions() }, TimeZoneInfo.Utc);
        var report = default(DeliveryReport);
        var error = Assert.Throws<DeliveryException>(() => output.Deliver([Alert("untrusted")], ref report));
        Assert.Equal(DeliveryFailure.Unreachable, error.Failure);
        Assert.DoesNotContain("untrusted", peer.Log, StringComparison.Ordinal);
    }

    private static void SendAll(SyslogPeer peer, SyslogFormat format, SyslogFraming framing)
    {
        foreach (var transport in Enum.GetValues<SyslogTransport>())
        {
            var word = $"{format}-{framing}-{transport}-";
            using var queue = new OutputQueue(new SyslogOutput(Options(peer, transport) with { Format = format, Framing = framing, Facility = 17 }, TimeZoneInfo.Utc), new QueueOptions(), OutputLog.Silent);
            for (var i = 0; i < Count; i++) queue.Offer(Alert($"{word}{i} (a=b) {{\"é\": 1}}"));
            queue.Stop(Patience);
            Assert.Equal((Count, 0), (queue.Counters.Delivered, queue.Counters.Lost.Total));
            var host = transport == SyslogTransport.Unix && format == SyslogFormat.Rfc3164 ? null : "sensor-host";
            var expected = Enumerable.Range(0, Count).Select(i => $"|peregrine|{Environment.ProcessId}| {word}{i} (a=b) {{\"é\": 1}}");
            Assert.True(SpinWait.SpinUntil(() => Lines(peer, word).Length == Count, Patience), $"{word}: {Lines(peer, word).Length} came\n{peer.Log}\n{peer.Said}");
            var lines = Lines(peer, word);
            foreach (var (line, tail) in lines.Zip(expected))
            {
                Assert.StartsWith("local1.warning|2026-11-07T01:02:03", line, StringComparison.Ordinal);
                Assert.EndsWith(tail, line, StringComparison.Ordinal);
                if (host is not null) Assert.Equal(host, line.Split('|')[2]);
            }
        }
    }

    private static SyslogOptions Options(SyslogPeer peer, SyslogTransport transport) => new()
    {
        Hostname = "sensor-host",
        Address = transport switch
        {
            SyslogTransport.Unix => new SyslogAddress(transport, peer.Socket, 0),
            SyslogTransport.Udp => new SyslogAddress(transport, "127.0.0.1", peer.UdpPort),
            SyslogTransport.Tcp => new SyslogAddress(transport, "127.0.0.1", peer.TcpPort),
            _ => new SyslogAddress(transport, "localhost", peer.TlsPort),
        },
        Timeout = TimeSpan.FromSeconds(10),
        Tls = new TlsOptions { CaCert = peer.Certificates.Authority },
    };

    private static string[] Lines(SyslogPeer peer, string word) => [.. peer.Log.Split('\n').Where(l => l.Contains(word, StringComparison.Ordinal))];

    private static Peregrine.Outputs.Alert Alert(string text) =>
        new() { Time = Time, Priority = AlertPriority.Warning, Rule = "r", Source = "syscall", Line = Encoding.UTF8.GetBytes(text + "\n") };
}

/// <summary>Tests that start servers: one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PeerCollection
{
    public const string Name = "peers";
}
