using System.Net;
using System.Net.Sockets;

namespace Peregrine.LiveTests.Harness;

/// <summary>Ports for servers of tests.</summary>
public static class LoopbackPort
{
    /// <summary>One that nobody listens at.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
