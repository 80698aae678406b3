using System.Net;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>What an HTTP status means for a delivery: 2xx is delivered; 408, 425, 429 and 5xx may work later; anything else is refused for good.</summary>
internal static class StatusVerdict
{
    // Longer asks are cut: a service that says "in a year" is ill, and the queue's own expiry decides then.
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private const int ReasonLength = 300;

    public static DeliveryResult Of(HttpResponseMessage answer, string text, TimeProvider clock)
    {
        if (answer.IsSuccessStatusCode) return DeliveryResult.Delivered;
        var reason = Reason(answer.StatusCode, text);
        return MayWorkLater(answer.StatusCode) ? DeliveryResult.Retry(reason, Pause(answer, clock)) : DeliveryResult.Rejected(reason);
    }

    public static bool MayWorkLater(HttpStatusCode status) => (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)425;

    /// <summary>The status and the beginning of the text, on one line.</summary>
    public static string Reason(HttpStatusCode status, string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length > ReasonLength) line = line[..ReasonLength] + "…";
        return line.Length == 0 ? $"HTTP {(int)status}" : $"HTTP {(int)status}: {line}";
    }

    private static TimeSpan? Pause(HttpResponseMessage answer, TimeProvider clock)
    {
        var header = answer.Headers.RetryAfter;
        var pause = header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);
        return pause is null ? null : pause < TimeSpan.Zero ? TimeSpan.Zero : pause > LongestPause ? LongestPause : pause;
    }
}
