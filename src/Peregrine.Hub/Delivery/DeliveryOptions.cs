using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Delivery;

/// <summary>How one destination's deliveries are made.</summary>
public sealed record DeliveryOptions
{
    public required TimeSpan Timeout { get; init; }

    public required TimeSpan Backoff { get; init; }

    public required TimeSpan MaxBackoff { get; init; }

    /// <summary>Zero: alerts wait for ever.</summary>
    public required TimeSpan Expiry { get; init; }

    public required long MaxBytes { get; init; }

    /// <summary>Deliveries a second; 0 for no limit.</summary>
    public required long Rate { get; init; }

    public required BatchLimits Batch { get; init; }

    /// <summary>Deliveries under way at once.</summary>
    public required int Concurrency { get; init; }

    /// <summary>The destination that gets what this one could not be brought; empty for none.</summary>
    public required string Fallback { get; init; }

    /// <summary>When no delivery has worked for this long, alerts go to the fallback at once; zero: only what was given up goes there.</summary>
    public required TimeSpan FallbackAfter { get; init; }

    public static DeliveryOptions From(SettingValues delivery, BatchLimits kind, long concurrency) => new()
    {
        Timeout = delivery.Duration("timeout"),
        Backoff = delivery.Duration("backoff"),
        MaxBackoff = delivery.Duration("maxbackoff"),
        Expiry = delivery.Duration("expiry"),
        MaxBytes = delivery.Integer("maxbytes"),
        Rate = delivery.Integer("rate"),
        Fallback = delivery.Text("fallback"),
        FallbackAfter = delivery.Duration("fallbackafter"),
        Batch = delivery.Integer("batch") is > 0 and var most && kind.MaxAlerts > 1 ? kind with { MaxAlerts = (int)most } : kind,
        Concurrency = concurrency == 0 ? MaxConcurrency : (int)Math.Min(concurrency, MaxConcurrency),
    };

    /// <summary>What "no limit" means: more requests at once would only wait for each other.</summary>
    public const int MaxConcurrency = 64;
}
