namespace Peregrine.Hub.Destinations.Http;

/// <summary>What is given for a time: a token, keys.</summary>
/// <param name="Value">What is given.</param>
/// <param name="Until">When services stop taking it.</param>
internal sealed record Lease<T>(T Value, DateTimeOffset Until);

/// <summary>
/// Keeps what ends: it is fetched when it is needed first, and again shortly before it ends or when the service refused it. Several deliveries at once may each fetch one, which does no harm.
/// </summary>
/// <param name="fetch">Fetches one; throws <see cref="HttpRequestException"/> where there is none now.</param>
/// <param name="clock">The time.</param>
internal sealed class Leased<T>(Func<CancellationToken, ValueTask<Lease<T>>> fetch, TimeProvider clock)
{
    // Less than what metadata servers keep: they hand out a new one only when the old one has some minutes left.
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(3);

    private Lease<T>? _lease;

    /// <summary>One that holds for some minutes.</summary>
    public async ValueTask<T> GetAsync(CancellationToken cancellation)
    {
        var lease = Volatile.Read(ref _lease);
        if (lease is not null && clock.GetUtcNow() < lease.Until - Reserve) return lease.Value;
        lease = await fetch(cancellation);
        Volatile.Write(ref _lease, lease);
        return lease.Value;
    }

    /// <summary>The service does not take it: the next delivery fetches another.</summary>
    public void Forget() => Volatile.Write(ref _lease, null);
}
