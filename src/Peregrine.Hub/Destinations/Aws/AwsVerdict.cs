using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>What an answer of AWS means: the status says too little, since "slow down" and "your clock is wrong" come as 400 and 403.</summary>
internal static class AwsVerdict
{
    private static readonly string[] Passing =
    [
        "Throttl", "ThroughputExceeded", "SlowDown", "TooManyRequests", "RequestLimitExceeded", "ServiceUnavailable", "InternalFailure", "InternalError", "OperationAborted",
        "ExpiredToken", "RequestExpired", "RequestTimeTooSkewed", "Signature expired", "Signature not yet current", "KMSDisabled", "KMSInvalidState",
    ];

    public static DeliveryResult Of(HttpResponseMessage answer, string text, TimeProvider clock)
    {
        var verdict = StatusVerdict.Of(answer, text, clock);
        return verdict.All.Outcome == DeliveryOutcome.Rejected && Passes(text) ? DeliveryResult.Retry(verdict.All.Reason, verdict.After) : verdict;
    }

    /// <summary>Whether an error with this text may be gone later.</summary>
    public static bool Passes(string text) => Passing.Any(p => text.Contains(p, StringComparison.Ordinal));
}
