using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>The group within which queues and topics keep the order: the events of one host.</summary>
internal static class FifoGroup
{
    private const int Longest = 128;

    public static string Of(Alert alert)
    {
        // Letters, digits and punctuation of ASCII are allowed.
        var name = string.Concat(alert.Hostname.Where(c => c is > ' ' and < (char)127).Take(Longest));
        return name.Length == 0 ? "alerts" : name;
    }
}
