using System.Net;
using System.Net.Sockets;

namespace Peregrine.Sensor.Names;

/// <summary>The machine's resolver, which asks the name servers that it is set up with.</summary>
public sealed class NameServers : IHostAddresses
{
    public async Task<IReadOnlyList<byte[]>> Find(string name, CancellationToken cancelled)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(name, cancelled).ConfigureAwait(false);
            return [.. addresses.Select(a => (a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a).GetAddressBytes())];
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return [];
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
        catch (ArgumentException e)
        {
            // Too long, or not a name at all: no server would know it.
            throw new IOException(e.Message, e);
        }
    }
}
