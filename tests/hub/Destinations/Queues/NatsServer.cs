using System.Globalization;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Queues;

/// <summary>NATS' own server, on loopback.</summary>
internal static class NatsServer
{
    public static async Task<ServerProcess> StartAsync(TemporaryFolder folder, string configuration)
    {
        var (port, file) = (FreePort.Next(), folder.File("nats.conf"));
        await File.WriteAllTextAsync(file, configuration);
        return await ServerProcess.StartAsync("nats-server", port, ["-a", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-c", file]);
    }
}
