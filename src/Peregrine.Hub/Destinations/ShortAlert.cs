using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations;

/// <summary>Keeps an event's JSON to what one message may hold, by shortening its longest texts.</summary>
internal static class ShortAlert
{
    private const int LongestAtFirst = 16 * 1024;
    private const int ShortestAtLast = 16;

    /// <summary>The event as JSON in at most this many bytes; whole, if it fits.</summary>
    public static byte[] Json(Alert alert, int mostBytes)
    {
        var json = alert.ToJson();
        for (var most = LongestAtFirst; json.Length > mostBytes && most >= ShortestAtLast; most /= 4) json = Cut(alert, most, alert.Fields.Count).ToJson();
        // Then it is the number of fields.
        for (var fields = alert.Fields.Count / 2; json.Length > mostBytes && fields > 0; fields /= 2) json = Cut(alert, ShortestAtLast, fields).ToJson();
        return json;
    }

    private static Alert Cut(Alert alert, int most, int fields) => alert with
    {
        Rule = ShortText.Cut(alert.Rule, Math.Max(most, 256)),
        Output = ShortText.Cut(alert.Output, Math.Max(most, 256)),
        Fields =
        [
            .. alert.Fields.Take(fields).Select(f => f.Value.Text.Length > most ? new AlertField(f.Name, AlertValue.Of(ShortText.Cut(f.Value.Text, most))) : f),
            .. fields < alert.Fields.Count ? [new AlertField("…", AlertValue.Of($"{alert.Fields.Count - fields} more"))] : Array.Empty<AlertField>(),
        ],
    };
}
