using System.Globalization;
using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>InfluxDB's line protocol, through the API of version 2 where an organisation is set, else of version 1.</summary>
internal sealed class InfluxDbDestination : HttpDestination
{
    private readonly Uri _address;

    public InfluxDbDestination(DestinationContext context)
        : base(context)
    {
        static string Escape(string text) => Uri.EscapeDataString(text);
        _address = context.Text("organization").Length > 0
            ? context.Address("hostport", $"/api/v2/write?org={Escape(context.Text("organization"))}&bucket={Escape(context.Text("bucket"))}&precision={Escape(context.Text("precision"))}")
            : context.Address("hostport", $"/write?db={Escape(context.Text("database"))}&precision={Escape(context.Text("precision") == "us" ? "u" : context.Text("precision"))}");
    }

    public static DestinationKind Kind { get; } = new()
    {
        Name = "influxdb",
        Section = "influxdb",
        Title = "InfluxDB",
        Family = DestinationFamily.Metrics,
        EnabledBy = ["hostport"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Text("hostport", "Address of the server"),
            Setting.Text("database", "Database (version 1)", "falco"),
            Setting.Text("organization", "Organisation (version 2)"),
            Setting.Text("bucket", "Bucket (version 2)", "falco"),
            Setting.Choice("precision", "Unit of the times", "ns", "ns", "us", "ms", "s"),
            Setting.Text("user", "User (version 1)"),
            Setting.Secret("password", "Password (version 1)"),
            Setting.Secret("token", "Token"),
        ],
        Batch = _ => BatchLimits.Many(1000),
        Create = context => new InfluxDbDestination(context),
    };

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var lines = new StringBuilder();
        foreach (var alert in batch) Append(lines, alert);
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new StringContent(lines.ToString(), Encoding.UTF8, "text/plain") };
        request.Headers.Authorization = HttpAuthorization.Token("Token", Context.Text("token")) ?? HttpAuthorization.Basic(Context.Text("user"), Context.Text("password"));
        return request;
    }

    private void Append(StringBuilder lines, Alert alert)
    {
        lines.Append("events");
        Tag(lines, "rule", alert.Rule);
        Tag(lines, "priority", alert.Priority.Name());
        Tag(lines, "source", alert.Source);
        Tag(lines, "hostname", alert.Hostname);
        Tag(lines, "tags", string.Join(',', alert.Tags));
        foreach (var field in alert.TextFields()) Tag(lines, field.Name, field.Value.Text);
        lines.Append(" value=\"").Append(alert.Output.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace('\n', ' ')).Append("\" ")
            .Append((alert.UnixNanoseconds / Unit).ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private long Unit => Context.Text("precision") switch { "s" => 1_000_000_000, "ms" => 1_000_000, "us" => 1000, _ => 1 };

    // Commas, blanks and equals signs end a tag, and a backslash at its end would escape what follows; line breaks would begin a new point.
    private static void Tag(StringBuilder lines, string name, string value)
    {
        if (value.Length > 0) lines.Append(',').Append(Escape(name)).Append('=').Append(Escape(value.TrimEnd('\\')));
    }

    private static string Escape(string text) => text.Replace('\n', ' ').Replace('\r', ' ').Replace(",", "\\,", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal);
}
