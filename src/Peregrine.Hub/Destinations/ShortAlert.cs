using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations;

/// <summary>Keeps an event's JSON to what one message may hold, by shortening its longest texts.</summary>
internal static class ShortAlert
{
    private const int LongestAtFirst = 16 * 1024;
    private const int ShortestAtLast = 16;

    /// <summary>The event as JSON in at most this many bytes; whole, if it fits.</summary>
    public static byte[] Json(Alert alert, int mostBytes) => Fit(alert, mostBytes).Json;

    /// <summary>The event whose JSON has at most this many bytes, and its JSON.</summary>
    public static (Alert Alert, byte[] Json) Fit(Alert alert, int mostBytes)
    {
        var fit = (Alert: alert, Json: alert.ToJson());
        for (var most = LongestAtFirst; fit.Json.Length > mostBytes && most >= ShortestAtLast; most /= 4) fit = Try(most, alert.Fields.Count);
        // Then it is the number of fields.
        for (var fields = alert.Fields.Count / 2; fit.Json.Length > mostBytes && fields > 0; fields /= 2) fit = Try(ShortestAtLast, fields);
        return fit;

        (Alert Alert, byte[] Json) Try(int most, int fields)
        {
            var cut = Cut(alert, most, fields);
            return (cut, cut.ToJson());
        }
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
