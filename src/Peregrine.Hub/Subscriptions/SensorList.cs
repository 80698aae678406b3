using Microsoft.Extensions.Logging;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Subscriptions;

/// <summary>The sensors that the section <c>sensors</c> names.</summary>
internal sealed class SensorList : IAsyncDisposable
{
    private readonly List<SensorSubscription> _all = [];

    private SensorList()
    {
    }

    public IReadOnlyList<SensorSubscription> All => _all;

    public static SensorList Start(SettingValues sensors, Func<IReadOnlyList<Alert>, ValueTask> keep, ILoggerFactory logs)
    {
        var (addresses, tls) = Read(sensors);
        var list = new SensorList();
        foreach (var address in addresses) list._all.Add(new SensorSubscription(address, tls, keep, logs.CreateLogger<SensorSubscription>()));
        return list;
    }

    /// <summary>A call to each sensor that is not begun; the caller disposes of them.</summary>
    /// <exception cref="ConfigurationException">An address or a certificate cannot be used.</exception>
    public static IReadOnlyList<SensorCall> Calls(SettingValues sensors)
    {
        var (addresses, tls) = Read(sensors);
        return [.. addresses.Select(a => new SensorCall(a, tls))];
    }

    /// <summary>Tries what a start needs.</summary>
    /// <exception cref="ConfigurationException">An address or a certificate cannot be used.</exception>
    public static void Check(SettingValues sensors) => Read(sensors);

    public async ValueTask DisposeAsync() => await Task.WhenAll(_all.Select(s => s.DisposeAsync().AsTask()));

    private static (List<Uri> Addresses, ClientTls Tls) Read(SettingValues sensors)
    {
        var addresses = sensors.List("addresses").Select(Address).ToList();
        if (!addresses.Exists(a => a.Scheme == Uri.UriSchemeHttps)) return (addresses, ClientTls.None);
        return (addresses, new ClientTls
        {
            Certificate = ClientTlsReader.Certificate(sensors.Text("certfile"), sensors.Text("keyfile")),
            MutualAuthorities = ClientTlsReader.Authorities(sensors.Text("cacertfile")),
        });
    }

    private static Uri Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme is "https" or "http" || (address.Scheme == "unix" && address.AbsolutePath.Length > 1))
        ? address
        : throw new ConfigurationException($"sensors.addresses: unix:///path, https://host:port or http://host:port is expected, not '{text}'");
}
