using System.Net;
using System.Net.Sockets;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Web;

/// <summary>What makes the front listen anew when it changes.</summary>
internal sealed record ListenSettings(IPAddress? Address, int Port, bool IsTls, bool AsksForCertificate, int? PlainPort)
{
    /// <summary>Where it listens; all addresses of a machine stand as those of IPv6, which take the others as well.</summary>
    public IReadOnlyList<IPEndPoint> Addresses => [.. new[] { Port, PlainPort ?? 0 }.Where(p => p > 0).Select(p => new IPEndPoint(Address ?? (Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any), p))];

    /// <exception cref="ConfigurationException">The address is none.</exception>
    public static ListenSettings Of(HubConfiguration configuration)
    {
        var (top, tls) = (configuration.Top, configuration.TlsServer);
        IPAddress? address = null;
        if (top.Text("listenaddress") is { Length: > 0 } text && !IPAddress.TryParse(text, out address)) throw new ConfigurationException($"listenaddress: an IP address is expected, not '{text}'");
        var isTls = tls.Flag("deploy");
        return new ListenSettings(address, (int)top.Integer("listenport"), isTls, isTls && tls.Flag("mutualtls"), isTls && tls.List("notlspaths").Count > 0 ? (int)tls.Integer("notlsport") : null);
    }
}
