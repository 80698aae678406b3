using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>A topic of SNS, up to ten events in a call: the line with attributes to filter by, or the plain event.</summary>
internal sealed class SnsDestination(DestinationContext context, AwsAccount account) : AwsDestination(context, account, "sns")
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "awssns",
        Section = "aws.sns",
        Title = "AWS SNS",
        Family = DestinationFamily.Queues,
        EnabledBy = ["topicarn"],
        IsHttp = true,
        Shared = AwsAccount.Section,
        OwnSettings =
        [
            Setting.Text("topicarn", "Topic"),
            Setting.Flag("rawjson", "Send the event as JSON, without attributes"),
            .. Setting.Ours(Setting.Integer("attributes", "Most attributes of a message; queues that take messages raw refuse more than 10, 0 sends all", 10)),
            .. EndpointSetting,
        ],
        Batch = _ => BatchLimits.Many(10, 120_000),
        Create = context => new SnsDestination(context, AwsAccount.Of(context)),
    };

    // A call takes 256 KiB: ten messages with attributes, or one that is long.
    private const int MessageBytes = 200_000;

    private readonly Uri _address = Endpoint(context, account, "sns");
    private readonly string _topic = context.Text("topicarn");
    private readonly bool _isRaw = context.Settings.Flag("rawjson");
    private readonly int _attributes = (int)context.Settings.Integer("attributes");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var form = new List<KeyValuePair<string, string>> { new("Action", "PublishBatch"), new("Version", "2010-03-31"), new("TopicArn", _topic) };
        for (var i = 0; i < batch.Count; i++) AddEntry(form, batch[i], i);
        return new HttpRequestMessage(HttpMethod.Post, _address) { Content = new FormUrlEncodedContent(form) };
    }

    private void AddEntry(List<KeyValuePair<string, string>> form, Alert alert, int index)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"PublishBatchRequestEntries.member.{index + 1}.");
        form.Add(new(prefix + "Id", index.ToString(CultureInfo.InvariantCulture)));
        // A message must not be empty, and a unit of text is at most three bytes.
        var line = alert.Output.Length > 0 ? alert.Output : alert.Rule;
        form.Add(new(prefix + "Message", _isRaw ? Encoding.UTF8.GetString(ShortAlert.Json(alert, MessageBytes)) : SnsAttributes.Clean(ShortText.Cut(line, MessageBytes / 6))));
        if (_topic.EndsWith(".fifo", StringComparison.Ordinal))
        {
            form.Add(new(prefix + "MessageGroupId", FifoGroup.Of(alert)));
            form.Add(new(prefix + "MessageDeduplicationId", alert.Id.ToString()));
        }
        if (_isRaw) return;
        var number = 0;
        foreach (var (name, value) in SnsAttributes.Of(alert, _attributes))
        {
            var entry = string.Create(CultureInfo.InvariantCulture, $"{prefix}MessageAttributes.entry.{++number}.");
            form.Add(new(entry + "Name", name));
            form.Add(new(entry + "Value.DataType", "String"));
            form.Add(new(entry + "Value.StringValue", value));
        }
    }

    protected override DeliveryResult ReadSuccess(HttpResponseMessage answer, string text, IReadOnlyList<Alert> batch) => AwsAnswer.Guard(text, () =>
    {
        var results = new ItemResult[batch.Count];
        Array.Fill(results, new ItemResult(DeliveryOutcome.Retry, "the answer does not name the message"));
        foreach (var member in XDocument.Parse(text).Descendants().Where(e => e.Name.LocalName == "member"))
        {
            var index = int.Parse(Child(member, "Id"), CultureInfo.InvariantCulture);
            if (member.Parent!.Name.LocalName == "Successful")
            {
                results[index] = new ItemResult(DeliveryOutcome.Delivered, "");
                continue;
            }
            var code = Child(member, "Code");
            var isOurs = Child(member, "SenderFault") == "true" && !AwsVerdict.Passes(code);
            results[index] = new ItemResult(isOurs ? DeliveryOutcome.Rejected : DeliveryOutcome.Retry, $"{code}: {Child(member, "Message")}");
        }
        return DeliveryResult.Each(results);
    });

    private static string Child(XElement element, string name) => element.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value ?? "";
}
