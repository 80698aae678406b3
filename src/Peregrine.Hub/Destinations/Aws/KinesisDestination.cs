using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>A stream of Kinesis (or Yandex, which speaks the same protocol): many events in a call, each with a result of its own.</summary>
internal sealed class KinesisDestination(DestinationContext context, AwsAccount account) : AwsDestination(context, account, "kinesis")
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "awskinesis",
        Section = "aws.kinesis",
        Title = "AWS Kinesis",
        Family = DestinationFamily.Queues,
        EnabledBy = ["streamname"],
        IsHttp = true,
        Shared = AwsAccount.Section,
        OwnSettings = [Setting.Text("streamname", "Stream"), .. EndpointSetting],
        Batch = _ => BatchLimits.Many(500, BatchBytes),
        Create = context => new KinesisDestination(context, AwsAccount.Of(context)),
    };

    public static DestinationKind YandexKind { get; } = new()
    {
        Name = "yandexdatastreams",
        Section = "yandex.datastreams",
        Title = "Yandex Data Streams",
        Family = DestinationFamily.Queues,
        EnabledBy = ["streamname"],
        IsHttp = true,
        Shared = YandexAccount.Section,
        OwnSettings = [Setting.Text("streamname", "Stream"), Setting.Text(EndpointKey, "Address of the service", "https://yds.serverless.yandexcloud.net")],
        Batch = _ => BatchLimits.Many(500, BatchBytes),
        Create = context => new KinesisDestination(context, YandexAccount.Of(context)),
    };

    // A call takes 5 MiB with its keys, a record 1 MiB.
    private const int BatchBytes = 4_000_000;
    private const int RecordBytes = 1_000_000;

    private readonly Uri _address = context.Text(EndpointKey).Length > 0 ? context.Address(EndpointKey) : account.Endpoint("kinesis");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => Call(_address, "Kinesis_20131202.PutRecords", "1.1", writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("StreamName", Context.Text("streamname"));
        writer.WriteStartArray("Records");
        foreach (var alert in batch)
        {
            writer.WriteStartObject();
            writer.WriteBase64String("Data", ShortAlert.Json(alert, RecordBytes));
            // Spreads the events over the shards.
            writer.WriteString("PartitionKey", alert.Id);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    protected override DeliveryResult ReadSuccess(HttpResponseMessage answer, string text, IReadOnlyList<Alert> batch) => AwsAnswer.Read(text, root =>
    {
        // All errors of single records are of the moment: a shard's throughput, the service's own failure.
        var results = AwsAnswer.Items(root, "Records")
            .Select(r => AwsAnswer.Text(r, "ErrorCode") is { Length: > 0 } code ? new ItemResult(DeliveryOutcome.Retry, $"{code}: {AwsAnswer.Text(r, "ErrorMessage")}") : new ItemResult(DeliveryOutcome.Delivered, ""))
            .ToList();
        return results.Count == batch.Count ? DeliveryResult.Each(results) : DeliveryResult.Retry($"the answer has {results.Count} results for {batch.Count} records");
    });
}
