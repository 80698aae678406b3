using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>Logstash's TCP input with the codec for lines of JSON. Its names of fields know no brackets: <c>proc.aname[2]</c> goes out as <c>proc.aname.2</c>.</summary>
internal sealed class LogstashDestination : IDestination
{
    private readonly SemaphoreSlim _sending = new(1);
    private readonly IReadOnlyList<string> _tags;
    private readonly StreamConnection _stream;

    private LogstashDestination(DestinationContext context)
    {
        var settings = context.Settings;
        var host = settings.Text("address");
        _tags = settings.List("tags");
        _stream = new StreamConnection(host, (int)settings.Integer("port"), settings.Flag("tls") || settings.Flag(HttpSettings.MutualTls) ? TlsFiles.Options(context, host) : null);
    }

    public static DestinationKind Kind { get; } = new()
    {
        Name = "logstash",
        Section = "logstash",
        Title = "Logstash",
        Family = DestinationFamily.Logs,
        EnabledBy = ["address"],
        OwnSettings =
        [
            Setting.Text("address", "The server"),
            Setting.Integer("port", "Its port", 5044, least: 1, most: 65_535),
            Setting.Flag("tls", "Talk TLS"),
            Setting.Flag("mutualtls", "Talk TLS and show the client certificate"),
            Setting.Flag("checkcert", "Check the server's certificate"),
            .. TlsFiles.Settings,
            Setting.List("tags", "Tags that are added to each event"),
        ],
        Batch = _ => BatchLimits.Many(100),
        Create = context => new LogstashDestination(context),
    };

    public async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            await _stream.SendAsync(EventLines.Of([.. batch.Select(Adapted)]), cancellation);
            return DeliveryResult.Delivered;
        }
        finally
        {
            _sending.Release();
        }
    }

    public ValueTask ProbeAsync(Alert sample, CancellationToken cancellation) => _stream.ProbeAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _sending.Dispose();
    }

    private Alert Adapted(Alert alert) => alert with
    {
        Tags = [.. alert.Tags.Union(_tags, StringComparer.Ordinal)],
        Fields = [.. alert.Fields.Select(f => f with { Name = f.Name.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal) }).DistinctBy(f => f.Name)],
    };
}
