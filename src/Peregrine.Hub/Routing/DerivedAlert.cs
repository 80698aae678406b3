using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Escalations;

namespace Peregrine.Hub.Routing;

/// <summary>Alerts that the hub makes of others. They look like any alert, so that every destination can show them; <c>peregrine.count</c> says how many they stand for.</summary>
internal static class DerivedAlert
{
    public const string CountField = "peregrine.count";
    public const string FirstField = "peregrine.first_time";
    public const string HeldBackField = "peregrine.held_back";

    // How often an alert was escalated, since when it is open, and under which identity it is acknowledged.
    public const string EscalatedField = "peregrine.escalated";
    public const string OpenSinceField = "peregrine.open_since";
    public const string OpenIdField = "peregrine.open_id";
    public const string MessagesField = "peregrine.messages";

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

    /// <summary>An alert that nobody acknowledged in its time. Its identity follows from what it says, so that one that a crash repeats is known as the same.</summary>
    public static Alert Escalated(OpenAlert open)
    {
        var since = AlertTime.Format(open.Since.ToUnixTimeMilliseconds() * 1_000_000);
        var more = open.Messages > 1 ? $", {open.Messages} messages" : "";
        return open.Alert with
        {
            Id = Identity(open.Id, open.Escalated),
            Output = $"Not acknowledged since {since} (escalation {open.Escalated.ToString(CultureInfo.InvariantCulture)}{more}): {open.Alert.Output}",
            Fields =
            [
                .. open.Alert.Fields.Where(f => f.Name is not (EscalatedField or OpenSinceField or OpenIdField or MessagesField)),
                new AlertField(EscalatedField, AlertValue.Of(open.Escalated)),
                new AlertField(OpenSinceField, AlertValue.Of(since)),
                new AlertField(OpenIdField, AlertValue.Of(open.Id.ToString())),
                new AlertField(MessagesField, AlertValue.Of(open.Messages)),
            ],
        };
    }

    private static Guid Identity(Guid id, int times)
    {
        Span<byte> bytes = stackalloc byte[20];
        id.TryWriteBytes(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], times);
        Span<byte> hash = stackalloc byte[16];
        XxHash128.Hash(bytes, hash);
        // The version and variant of identities that their makers define.
        (hash[6], hash[8]) = ((byte)((hash[6] & 0x0f) | 0x80), (byte)((hash[8] & 0x3f) | 0x80));
        return new Guid(hash, bigEndian: true);
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
