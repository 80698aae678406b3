using System.Net;
using System.Net.Sockets;

namespace Peregrine.Hub.Destinations.Wire;

/// <summary>The name of a server that datagrams go to: nobody says whether they arrive, so its name is all that can be tried.</summary>
internal static class HostName
{
    /// <exception cref="IOException">The name leads nowhere.</exception>
    public static async ValueTask ProbeAsync(string host, CancellationToken cancellation)
    {
        try
        {
            await Dns.GetHostAddressesAsync(host, cancellation);
        }
        catch (OperationCanceledException e)
        {
            throw new IOException($"{host}: the name is not resolved in time", e);
        }
        catch (SocketException e)
        {
            throw new IOException($"{host}: {e.Message}", e);
        }
    }
}
