using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>A stream of CloudWatch Logs, made when it is not there. Events are sorted and sent in spans of less than a day, as the service wants them.</summary>
internal sealed class CloudWatchLogsDestination(DestinationContext context, AwsAccount account) : AwsDestination(context, account, "logs")
{
    private const string DefaultStream = "falcosidekick-logstream";

    public static DestinationKind Kind { get; } = new()
    {
        Name = "awscloudwatchlogs",
        Section = "aws.cloudwatchlogs",
        Title = "AWS CloudWatch Logs",
        Family = DestinationFamily.Logs,
        EnabledBy = ["loggroup"],
        IsHttp = true,
        Shared = AwsAccount.Section,
        OwnSettings =
        [
            Setting.Text("loggroup", "Group of logs; it must be there"),
            Setting.Text("logstream", $"Stream in the group; empty for {DefaultStream}"),
            .. EndpointSetting,
        ],
        Batch = _ => BatchLimits.Many(5000, 800_000),
        Create = context => new CloudWatchLogsDestination(context, AwsAccount.Of(context)),
    };

    private static readonly TimeSpan LongestSpan = TimeSpan.FromHours(23);

    // 256 KB everywhere, with what the service counts for itself.
    private const int EventBytes = 250_000;

    private readonly Uri _address = Endpoint(context, account, "logs");
    private readonly string _group = context.Text("loggroup");
    private readonly string _stream = context.Text("logstream") is { Length: > 0 } stream ? stream : DefaultStream;

    public override async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var results = new ItemResult[batch.Count];
        var order = Enumerable.Range(0, batch.Count).OrderBy(i => batch[i].UnixNanoseconds).ToList();
        for (var start = 0; start < order.Count;)
        {
            var last = batch[order[start]].Time + LongestSpan;
            var span = order.Skip(start).TakeWhile(i => batch[i].Time <= last).ToList();
            var result = await PutAsync([.. span.Select(i => batch[i])], cancellation);
            for (var i = 0; i < span.Count; i++) results[span[i]] = result[i];
            if (result.All.Outcome == DeliveryOutcome.Retry && result.Items is null && span.Count == batch.Count) return result;
            start += span.Count;
        }
        return DeliveryResult.Each(results);
    }

    private async ValueTask<DeliveryResult> PutAsync(IReadOnlyList<Alert> span, CancellationToken cancellation)
    {
        var result = await SendAsync(CreateRequest(span), span, cancellation);
        if (result.All.Outcome != DeliveryOutcome.Rejected || result.Items is not null || !result.All.Reason.Contains("ResourceNotFound", StringComparison.Ordinal)) return result;
        var made = await SendAsync(Call(_address, "Logs_20140328.CreateLogStream", "1.1", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("logGroupName", _group);
            writer.WriteString("logStreamName", _stream);
            writer.WriteEndObject();
        }), span, cancellation);
        // Another hub may have made it meanwhile.
        return made.All.Outcome == DeliveryOutcome.Delivered || made.All.Reason.Contains("ResourceAlreadyExists", StringComparison.Ordinal) ? await SendAsync(CreateRequest(span), span, cancellation) : made;
    }

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => Call(_address, "Logs_20140328.PutLogEvents", "1.1", writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("logGroupName", _group);
        writer.WriteString("logStreamName", _stream);
        writer.WriteStartArray("logEvents");
        foreach (var alert in batch)
        {
            writer.WriteStartObject();
            writer.WriteNumber("timestamp", alert.UnixNanoseconds / 1_000_000);
            writer.WriteString("message", Encoding.UTF8.GetString(ShortAlert.Json(alert, EventBytes)));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    protected override DeliveryResult ReadSuccess(HttpResponseMessage answer, string text, IReadOnlyList<Alert> batch) => text.Length == 0 ? DeliveryResult.Delivered : AwsAnswer.Read(text, root =>
    {
        if (!root.TryGetProperty("rejectedLogEventsInfo", out var rejected)) return DeliveryResult.Delivered;
        // The events are in the order of time, so what is too old stands before an index and what is too new behind one.
        var old = Math.Max(Number("tooOldLogEventEndIndex", 0), Number("expiredLogEventEndIndex", 0));
        var late = Number("tooNewLogEventStartIndex", batch.Count);
        return DeliveryResult.Each([.. batch.Select((_, i) => i < old ? Refused("too old") : i >= late ? Refused("too far in the future") : new ItemResult(DeliveryOutcome.Delivered, ""))]);

        int Number(string name, int otherwise) => rejected.TryGetProperty(name, out var value) && value.TryGetInt32(out var number) ? number : otherwise;
    });

    private static ItemResult Refused(string why) => new(DeliveryOutcome.Rejected, $"the event's time is {why} for the group");
}
