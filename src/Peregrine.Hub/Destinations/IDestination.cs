using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations;

/// <summary>
/// Turns a batch of alerts into one request, and the answer into a result; it knows nothing of queues, retries, limits or routes. Connections are made when they are needed and kept: making one may fail
/// without harm at any time, so creating a destination contacts nobody. Calls come from several tasks at once where <c>maxconcurrentrequests</c> allows it.
/// </summary>
public interface IDestination : IAsyncDisposable
{
    /// <summary>Delivers the alerts of a batch. Network failures may be thrown (<see cref="HttpRequestException"/>, <see cref="IOException"/>, <see cref="System.Net.Sockets.SocketException"/>, …):
    /// they count as <see cref="DeliveryOutcome.Retry"/> for the whole batch.</summary>
    /// <param name="batch">At least one alert, and no more than the kind's limits say.</param>
    /// <param name="cancellation">Ends when the delivery's time is over or the hub stops; what was not confirmed by then is tried again.</param>
    ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation);

    /// <summary>Finds out whether somebody answers there, with TLS and credentials as far as the protocol says before anything is sent; no alert is. Whatever is thrown is the answer, and its message names the server.</summary>
    /// <param name="sample">An alert that is not sent, for addresses that are made from one.</param>
    /// <param name="cancellation">Ends when nobody waits any longer.</param>
    ValueTask ProbeAsync(Alert sample, CancellationToken cancellation);
}
