using System.Globalization;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Routing;

/// <summary>Alerts that the hub makes of others. They look like any alert, so that every destination can show them; <c>peregrine.count</c> says how many they stand for.</summary>
internal static class DerivedAlert
{
    public const string CountField = "peregrine.count";
    public const string FirstField = "peregrine.first_time";
    public const string HeldBackField = "peregrine.held_back";

    // Lines of a group's text; a chat shows no more, and the count says how many there were.
    private const int MaxLines = 20;

    /// <summary>A group: the most urgent alert's level, one line for each, the fields that all share.</summary>
    public static Alert Group(Window window)
    {
        var alerts = window.Alerts;
        if (window.Count == 1) return alerts[0];
        var worst = alerts.MaxBy(a => a.Priority)!;
        var lines = alerts.Take(MaxLines).Select(a => a.Output).Append(window.Count > MaxLines ? $"… and {window.Count - MaxLines} more" : "").Where(l => l.Length > 0);
        return Make(worst, $"{window.Count} alerts of {Names(alerts)}:\n{string.Join('\n', lines)}", Shared(alerts), window);
    }

    /// <summary>An alert that came several times.</summary>
    public static Alert Repeated(Window window)
    {
        if (window.Count == 1) return window.Last;
        return Make(window.Last, $"{window.Last.Output} ({window.Count.ToString(CultureInfo.InvariantCulture)} times since {AlertTime.Format(window.Start.ToUnixTimeMilliseconds() * 1_000_000)})", window.Last.Fields, window);
    }

    /// <summary>Says that a throttle kept alerts back.</summary>
    public static Alert HeldBack(Window window, int heldBack, TimeSpan per)
    {
        var alert = Make(window.Last, $"{heldBack} more alerts of '{window.Last.Rule}' within {per} were held back; the last one: {window.Last.Output}", window.Last.Fields, window);
        return alert with { Fields = [.. alert.Fields, new AlertField(HeldBackField, AlertValue.Of(heldBack))] };
    }

    private static Alert Make(Alert like, string output, IReadOnlyList<AlertField> fields, Window window) => like with
    {
        Id = Guid.CreateVersion7(),
        Output = output,
        Fields =
        [
            .. fields.Where(f => f.Name is not (CountField or FirstField)),
            new AlertField(CountField, AlertValue.Of(window.Count)),
            new AlertField(FirstField, AlertValue.Of(AlertTime.Format(window.Start.ToUnixTimeMilliseconds() * 1_000_000))),
        ],
    };

    private static string Names(IReadOnlyList<Alert> alerts)
    {
        var rules = alerts.Select(a => a.Rule).Distinct(StringComparer.Ordinal).ToList();
        return rules.Count == 1 ? $"'{rules[0]}'" : $"{rules.Count} rules";
    }

    private static List<AlertField> Shared(IReadOnlyList<Alert> alerts) => [.. alerts[0].Fields.Where(f => alerts.All(a => a.Find(f.Name) == f.Value))];
}
