using System.Net;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>
/// An object of Cloud Storage for each event, in a folder for each day. The name has the time and the event's identity, and only what is not there yet is written: a repeated delivery finds its object, and the account needs no right to replace any.
/// </summary>
internal sealed class CloudStorageDestination(DestinationContext context) : GcpDestination(context, GcpGrant.Access("https://www.googleapis.com/auth/devstorage.read_write"))
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "gcpstorage",
        Section = "gcp.storage",
        Title = "GCP Storage",
        Family = DestinationFamily.ObjectStorage,
        EnabledBy = ["bucket"],
        IsHttp = true,
        Shared = GcpAccount.Section,
        OwnSettings = [Setting.Text("bucket", "Bucket"), Setting.Text("prefix", "Folder in the bucket; empty for none"), .. EndpointSetting],
        Create = context => new CloudStorageDestination(context),
    };

    private readonly string _address = Endpoint(context, "https://storage.googleapis.com", $"/upload/storage/v1/b/{Uri.EscapeDataString(context.Text("bucket"))}/o?uploadType=media&ifGenerationMatch=0&name=").AbsoluteUri;
    private readonly string _folder = string.Concat(context.Text("prefix").Split('/', StringSplitOptions.RemoveEmptyEntries).Select(p => p + "/"));

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var time = batch[0].TimeText();
        return new HttpRequestMessage(HttpMethod.Post, _address + Uri.EscapeDataString($"{_folder}{time[..10]}/{time}-{batch[0].Id}.json")) { Content = JsonBody.Of(batch[0]) };
    }

    protected override ValueTask<DeliveryResult> ReadAnswerAsync(HttpResponseMessage answer, IReadOnlyList<Alert> batch, CancellationToken cancellation) =>
        answer.StatusCode == HttpStatusCode.PreconditionFailed ? ValueTask.FromResult(DeliveryResult.Delivered) : base.ReadAnswerAsync(answer, batch, cancellation);
}
