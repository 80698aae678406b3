namespace Peregrine.Hub.Destinations.Http;

/// <summary>A token that speaks for its bearer until it ends.</summary>
/// <param name="Value">What stands behind <c>Bearer</c>.</param>
/// <param name="Until">When services stop taking it.</param>
internal sealed record BearerToken(string Value, DateTimeOffset Until);

/// <summary>
/// Keeps the token of a destination: it is fetched when it is needed first, and again shortly before it ends or when the service refused it. Several deliveries at once may each fetch one, which does no harm.
/// </summary>
/// <param name="fetch">Fetches a token; throws <see cref="HttpRequestException"/> where there is none now.</param>
/// <param name="clock">The time.</param>
internal sealed class BearerTokens(Func<CancellationToken, ValueTask<BearerToken>> fetch, TimeProvider clock)
{
    // Less than what metadata servers keep: they hand out a new token only when the old one has some minutes left.
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(3);

    private BearerToken? _token;

    /// <summary>A token that holds for some minutes.</summary>
    public async ValueTask<string> GetAsync(CancellationToken cancellation)
    {
        var token = Volatile.Read(ref _token);
        if (token is not null && clock.GetUtcNow() < token.Until - Reserve) return token.Value;
        token = await fetch(cancellation);
        Volatile.Write(ref _token, token);
        return token.Value;
    }

    /// <summary>The service does not take the token: the next delivery fetches another.</summary>
    public void Forget() => Volatile.Write(ref _token, null);
}
