using System.Net.Http.Headers;
using System.Security.Cryptography;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>An object for each event, in a folder for each day; the name has the time and the event's identity, so that none meets another and a repeated delivery writes the same object.</summary>
internal sealed class S3Destination(DestinationContext context, AwsAccount account, bool isYandex) : AwsDestination(context, account, "s3")
{
    private const string Acl = "objectcannedacl";

    public static DestinationKind Kind { get; } = new()
    {
        Name = "awss3",
        Section = "aws.s3",
        Title = "AWS S3",
        Family = DestinationFamily.ObjectStorage,
        EnabledBy = ["bucket"],
        IsHttp = true,
        Shared = AwsAccount.Section,
        OwnSettings =
        [
            Setting.Text("bucket", "Bucket"),
            Setting.Text("prefix", "Folder in the bucket; empty for none", "falco"),
            Setting.Text(EndpointKey, S3Folder.EndpointDescription),
            Setting.Text(Acl, "Access list that objects get; empty for the bucket's own", "bucket-owner-full-control"),
        ],
        Create = context => new S3Destination(context, AwsAccount.Of(context), isYandex: false),
    };

    public static DestinationKind YandexKind { get; } = new()
    {
        Name = "yandexs3",
        Section = "yandex.s3",
        Title = "Yandex Object Storage",
        Family = DestinationFamily.ObjectStorage,
        EnabledBy = ["bucket"],
        IsHttp = true,
        Shared = YandexAccount.Section,
        OwnSettings =
        [
            Setting.Text("bucket", "Bucket"),
            Setting.Text("prefix", "Folder in the bucket; empty for none", "falco"),
            Setting.Text(EndpointKey, "Address of the service", "https://storage.yandexcloud.net"),
        ],
        Create = context => new S3Destination(context, YandexAccount.Of(context), isYandex: true),
    };

    private readonly string _folder = S3Folder.Of(context, account);

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var alert = batch[0];
        var body = alert.ToJson();
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(JsonBody.MediaType);
        var time = alert.TimeText();
        var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"{_folder}{time[..10]}/{Uri.EscapeDataString($"{time}-{alert.Id}")}.json")) { Content = content };
        if (isYandex) return request;
        if (Context.Text(Acl) is { Length: > 0 } acl) request.Headers.TryAddWithoutValidation("X-Amz-Acl", acl);
        request.Headers.Add("X-Amz-Checksum-Sha256", Convert.ToBase64String(SHA256.HashData(body)));
        return request;
    }
}
