using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations.Wire;

/// <summary>
/// A destination with a protocol of its own on one kept connection. Deliveries follow each other; an exchange that fails closes the connection, since nobody knows what of it arrived.
/// </summary>
internal abstract class WireDestination(StreamConnection connection) : IDestination
{
    private readonly SemaphoreSlim _one = new(1);
    private PeerStream? _peer;

    protected StreamConnection Connection => connection;

    public async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_peer is null) return await TryAsync(batch, cancellation);
            try
            {
                return await TryAsync(batch, cancellation);
            }
            catch (IOException)
            {
                // Servers close what was idle for long, some with words that stand before the end: a kept connection that fails says nothing of the server.
                return await TryAsync(batch, cancellation);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask ProbeAsync(Alert sample, CancellationToken cancellation) => await connection.ProbeAsync(async stream => await GreetAsync(new PeerStream(stream), cancellation), cancellation);

    public virtual async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        _one.Dispose();
    }

    /// <summary>Begins a new connection: greetings, TLS, who we are. Returns the stream to go on with.</summary>
    /// <exception cref="IOException">The server does not want us; the message says why.</exception>
    protected abstract ValueTask<PeerStream> GreetAsync(PeerStream peer, CancellationToken cancellation);

    /// <summary>Sends the alerts and reads what the server says of them.</summary>
    protected abstract ValueTask<DeliveryResult> ExchangeAsync(PeerStream peer, IReadOnlyList<Alert> batch, CancellationToken cancellation);

    private async ValueTask<DeliveryResult> TryAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        try
        {
            var stream = await connection.OpenAsync(cancellation);
            if (_peer?.Stream != stream) _peer = await GreetAsync(new PeerStream(stream), cancellation);
            return await ExchangeAsync(_peer, batch, cancellation);
        }
        catch
        {
            _peer = null;
            await connection.DisposeAsync();
            throw;
        }
    }
}
