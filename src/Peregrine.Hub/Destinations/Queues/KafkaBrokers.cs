namespace Peregrine.Hub.Destinations.Queues;

/// <summary>The brokers that Kafka's client is told of. Its own words for those that are not there say neither who nor why.</summary>
internal static class KafkaBrokers
{
    private const int UsualPort = 9092;

    /// <summary>Connects to one after the other until one is there: it knows the others.</summary>
    /// <param name="brokers">As the client takes them: <c>host:port</c>, separated by commas.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IOException">None is.</exception>
    public static async ValueTask ProbeAsync(string brokers, CancellationToken cancellation)
    {
        IOException? failure = null;
        foreach (var broker in brokers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // A name of the listener may stand before it.
            if (!Uri.TryCreate("tcp://" + broker[(broker.LastIndexOf('/') + 1)..], UriKind.Absolute, out var address)) throw new IOException($"'{broker}' is no address of a broker");
            await using var connection = new StreamConnection(address.IdnHost, address.Port > 0 ? address.Port : UsualPort, null);
            try
            {
                await connection.ProbeAsync(cancellation);
                return;
            }
            catch (IOException e)
            {
                failure ??= e;
            }
        }
        if (failure is not null) throw failure;
    }
}
