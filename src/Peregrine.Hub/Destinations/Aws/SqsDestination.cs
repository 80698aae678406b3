using System.Globalization;
using System.Text;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>A queue of SQS, up to ten events in a call. Queues that keep the order (<c>.fifo</c>) get one group for each host, and know a repeated event again.</summary>
internal sealed class SqsDestination(DestinationContext context, AwsAccount account) : AwsDestination(context, account, "sqs")
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "awssqs",
        Section = "aws.sqs",
        Title = "AWS SQS",
        Family = DestinationFamily.Queues,
        EnabledBy = ["url"],
        IsHttp = true,
        Shared = AwsAccount.Section,
        OwnSettings = [Setting.Text("url", "Address of the queue")],
        Batch = _ => BatchLimits.Many(10, BatchBytes),
        Create = context => new SqsDestination(context, AwsAccount.Of(context)),
    };

    // One call takes 256 KiB everywhere; the rest is room for shortening marks.
    private const int BatchBytes = 250_000;

    private readonly string _queue = context.Address("url").OriginalString;
    private readonly Uri _address = new(context.Address("url"), "/");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => Call(_address, "AmazonSQS.SendMessageBatch", "1.0", writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("QueueUrl", _queue);
        writer.WriteStartArray("Entries");
        for (var i = 0; i < batch.Count; i++) WriteEntry(writer, batch[i], i);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private void WriteEntry(Utf8JsonWriter writer, Alert alert, int index)
    {
        writer.WriteStartObject();
        writer.WriteString("Id", index.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("MessageBody", Encoding.UTF8.GetString(ShortAlert.Json(alert, BatchBytes)));
        if (_queue.EndsWith(".fifo", StringComparison.Ordinal))
        {
            writer.WriteString("MessageGroupId", FifoGroup.Of(alert));
            writer.WriteString("MessageDeduplicationId", alert.Id);
        }
        writer.WriteEndObject();
    }

    protected override DeliveryResult ReadSuccess(HttpResponseMessage answer, string text, IReadOnlyList<Alert> batch) => AwsAnswer.Read(text, root =>
    {
        var results = new ItemResult[batch.Count];
        Array.Fill(results, new ItemResult(DeliveryOutcome.Retry, "the answer does not name the message"));
        foreach (var done in AwsAnswer.Items(root, "Successful")) results[Index(done)] = new ItemResult(DeliveryOutcome.Delivered, "");
        foreach (var failed in AwsAnswer.Items(root, "Failed"))
        {
            var code = AwsAnswer.Text(failed, "Code");
            var isOurs = failed.TryGetProperty("SenderFault", out var fault) && fault.ValueKind == JsonValueKind.True && !AwsVerdict.Passes(code);
            results[Index(failed)] = new ItemResult(isOurs ? DeliveryOutcome.Rejected : DeliveryOutcome.Retry, $"{code}: {AwsAnswer.Text(failed, "Message")}");
        }
        return DeliveryResult.Each(results);
    });

    private static int Index(JsonElement item) => int.Parse(AwsAnswer.Text(item, "Id"), CultureInfo.InvariantCulture);
}
