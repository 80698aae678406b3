using System.Globalization;
using System.Text.Json;

namespace Peregrine.Hub.Commands;

/// <summary><c>peregrine-hub ack</c>: lists what is open at a running hub, and acknowledges it. Exit codes: 0 all that was named is acknowledged, 1 something was not found, or the hub could not be asked.</summary>
internal static class AckCommand
{
    public static async Task<int> RunAsync(HubCommandLine line, TextWriter output, TextWriter error)
    {
        if (line.List && (line.Ids.Count > 0 || line.By is not null || line.Comment is not null)) throw new CommandLineException("--list lists, it acknowledges nothing: only --match goes with it");
        if (!line.List && line.Ids.Count == 0 && line.Match is null) throw new CommandLineException("which alerts are acknowledged? Give their uuids, or --match; 'peregrine-hub ack --list' shows what is open");
        if (line.Ids.FirstOrDefault(i => !Guid.TryParse(i, out _)) is { } odd) throw new CommandLineException($"'{odd}' is no alert's uuid; 'peregrine-hub ack --list' shows what is open");
        using var hub = HubClient.Open(line, Environment.GetEnvironmentVariable);
        return line.List ? await ListAsync(hub, line, output) : await AcknowledgeAsync(hub, line, output, error);
    }

    private static async Task<int> ListAsync(HubClient hub, HubCommandLine line, TextWriter output)
    {
        using var answer = await hub.GetAsync("/api/v1/open-alerts" + (line.Match is { } match ? "?match=" + Uri.EscapeDataString(match) : ""));
        var open = answer.RootElement.EnumerateArray().ToList();
        if (open.Count == 0)
        {
            await output.WriteLineAsync(line.Match is null ? "nothing is open" : "nothing that is open matches");
            return 0;
        }
        await output.WriteLineAsync($"{"ID",-36}  {"SINCE (UTC)",-19}  {"LEVEL",-13}  {"MESSAGES",8}  {"ESCALATED",9}  {"NEXT (UTC)",-19}  ROUTE: ALERT");
        foreach (var one in open)
        {
            var said = Text(one, "output") is { Length: > 0 } text ? text : Text(one, "rule");
            await output.WriteLineAsync($"{Text(one, "id"),-36}  {Time(one, "since"),-19}  {Text(one, "priority"),-13}  {one.GetProperty("messages"),8}  {one.GetProperty("escalated"),9}  {Time(one, "next_escalation"),-19}  {Text(one, "route")}: {said}");
        }
        return 0;
    }

    private static async Task<int> AcknowledgeAsync(HubClient hub, HubCommandLine line, TextWriter output, TextWriter error)
    {
        using var answer = await hub.PostAsync("/api/v1/open-alerts/acknowledge", writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("ids");
            foreach (var id in line.Ids) writer.WriteStringValue(Guid.Parse(id));
            writer.WriteEndArray();
            if (line.Match is { } match) writer.WriteString("match", match);
            writer.WriteString("by", line.By ?? User());
            if (line.Comment is { } comment) writer.WriteString("comment", comment);
            writer.WriteEndObject();
        });
        var (done, before, unknown) = (Each(answer, "acknowledged"), Each(answer, "already_acknowledged"), Each(answer, "unknown"));
        foreach (var one in done) await output.WriteLineAsync($"{Text(one, "id")}: acknowledged ({Text(one, "rule")}, route {Text(one, "route")}, open since {Time(one, "since")} UTC)");
        foreach (var one in before)
        {
            var by = one.GetProperty("acknowledged");
            await output.WriteLineAsync($"{Text(one, "id")}: acknowledged already, by {Text(by, "by")} at {Time(by, "at")} UTC{(Text(by, "comment") is { Length: > 0 } comment ? ": " + comment : "")}");
        }
        foreach (var one in unknown) await error.WriteLineAsync($"peregrine-hub: no alert is open under {one}");
        if (done.Count + before.Count + unknown.Count == 0) await error.WriteLineAsync("peregrine-hub: nothing that is open matches");
        return unknown.Count > 0 || done.Count + before.Count == 0 ? 1 : 0;
    }

    private static List<JsonElement> Each(JsonDocument answer, string name) => [.. answer.RootElement.GetProperty(name).EnumerateArray()];

    // Who became root is still who types.
    private static string User() => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? user : Environment.UserName;

    // What senders wrote is shown on a terminal: nothing of it may steer that.
    private static string Text(JsonElement from, string name) => from.TryGetProperty(name, out var value) ? string.Concat((value.GetString() ?? "").ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c)) : "";

    private static string Time(JsonElement from, string name) => from.TryGetProperty(name, out var value) ? value.GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "";
}
