using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>Plain events, one on each line.</summary>
internal static class EventLines
{
    public static byte[] Of(IReadOnlyList<Alert> batch)
    {
        using var lines = new MemoryStream();
        foreach (var alert in batch)
        {
            lines.Write(alert.ToJson());
            lines.WriteByte((byte)'\n');
        }
        return lines.ToArray();
    }
}
