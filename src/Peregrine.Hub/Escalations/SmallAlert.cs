using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Escalations;

/// <summary>An alert of bounded size: what is open is kept in memory and on disk for hours, and senders choose how large an alert is.</summary>
internal static class SmallAlert
{
    private const int MostBytes = 16 * 1024;
    private const int MostText = 2048;
    private const int MostFields = 4096;

    /// <summary>The alert itself, or one whose texts are cut and whose last fields are left out.</summary>
    public static Alert Of(Alert alert)
    {
        if (alert.ToJson().Length <= MostBytes) return alert;
        var left = MostFields;
        return alert with
        {
            Output = Cut(alert.Output, MostText),
            Rule = Cut(alert.Rule, 256),
            Source = Cut(alert.Source, 64),
            Hostname = Cut(alert.Hostname, 256),
            Tags = [.. alert.Tags.Take(16).Select(t => Cut(t, 64))],
            Fields = [.. alert.Fields.TakeWhile(f => (left -= f.Name.Length + f.Value.Text.Length) >= 0)],
        };
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…";
}
