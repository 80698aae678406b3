using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Ingest;

/// <summary>Who may send, and how much.</summary>
internal sealed class Senders : IAsyncDisposable
{
    private readonly (string Name, byte[] Token)[] _tokens;
    private readonly PartitionedRateLimiter<string>? _limiter;

    public Senders(SettingValues ingest)
    {
        _tokens = [.. ingest.Map("tokens").Select(t => (t.Key, Encoding.UTF8.GetBytes(t.Value)))];
        var (rate, burst) = ((int)Math.Min(ingest.Integer("rate"), int.MaxValue / 2), (int)Math.Min(ingest.Integer("burst"), int.MaxValue / 2));
        if (rate == 0) return;
        _limiter = PartitionedRateLimiter.Create<string, string>(sender => RateLimitPartition.GetTokenBucketLimiter(sender, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(rate, burst),
            TokensPerPeriod = Math.Max(1, rate / 10),
            ReplenishmentPeriod = TimeSpan.FromMilliseconds(rate >= 10 ? 100 : 1000 / rate),
            QueueLimit = 0,
        }));
    }

    /// <summary>The sender's name: that of its token, of its certificate, or its address.</summary>
    /// <exception cref="RefusedException">A token is asked for and there is none that is known.</exception>
    public string Identify(HttpContext context)
    {
        if (_tokens.Length == 0) return context.Connection.ClientCertificate?.Subject ?? context.Connection.RemoteIpAddress?.ToString() ?? "unix";
        var header = context.Request.Headers.Authorization.ToString();
        var given = Encoding.UTF8.GetBytes(header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : "");
        string? name = null;
        // All are compared, so that the time tells nothing of which one came near.
        foreach (var token in _tokens)
            if (CryptographicOperations.FixedTimeEquals(token.Token, given)) name = token.Name;
        return name ?? throw new RefusedException(StatusCodes.Status401Unauthorized, "a bearer token that the hub knows is needed");
    }

    /// <exception cref="RefusedException">The sender sent more than it may.</exception>
    public void Take(string sender, int alerts)
    {
        if (_limiter is null || alerts == 0) return;
        using var lease = _limiter.AttemptAcquire(sender, alerts);
        if (!lease.IsAcquired) throw new RefusedException(StatusCodes.Status429TooManyRequests, "this sender sends more alerts a second than it may");
    }

    public ValueTask DisposeAsync() => _limiter?.DisposeAsync() ?? ValueTask.CompletedTask;
}
