using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Aws.Ocsf;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>
/// A custom source of Security Lake: alerts as findings of OCSF in Parquet files, one for each delivery and day of events. A file is named after its alerts, so that a repeated delivery writes the same object.
/// </summary>
internal sealed class SecurityLakeDestination(DestinationContext context, AwsAccount account) : AwsDestination(context, account, "s3")
{
    private const string OldClass = "securityfinding";

    public static DestinationKind Kind { get; } = new()
    {
        Name = "awssecuritylake",
        Section = "aws.securitylake",
        Title = "AWS Security Lake",
        Family = DestinationFamily.ObjectStorage,
        EnabledBy = ["bucket", "region", "accountid", "prefix"],
        IsHttp = true,
        Shared = AwsAccount.Section,
        OwnSettings =
        [
            Setting.Text("bucket", "Bucket of the lake"),
            Setting.Text("region", "Region that the events belong to; the bucket's as well where aws.region is not set"),
            Setting.Text("prefix", "Prefix that the lake has given to the source (ext/NAME)"),
            Setting.Text("accountid", "Account that the events belong to, or external_NAME for others than AWS's"),
            Setting.Integer("interval", "Minutes between two files at most; the service wants 5 or more, and fewer are taken as 5", 5, most: 1440),
            Setting.Integer("batchsize", "Most events in a file; as many send it before its time, as do 16 MiB of them", 1000, 1, 100_000),
            .. Setting.Ours(
                Setting.Choice("class", "Class of the findings: today's, or the reference's, which OCSF has given up, for tables that hold such rows", "detectionfinding", "detectionfinding", OldClass),
                Setting.Text("rolearn", "Role that may write for the source (AmazonSecurityLake-Provider-NAME-REGION), instead of aws.rolearn"),
                Setting.Text("externalid", "External id that this role asks for"),
                Setting.Text(EndpointKey, S3Folder.EndpointDescription)),
        ],
        Batch = settings => new BatchLimits((int)settings.Integer("batchsize"), MostBytes, TimeSpan.FromMinutes(Math.Max(5, settings.Integer("interval")))),
        Create = context => new SecurityLakeDestination(context, AwsAccount.Of(context, context.Text("region"), (context.Text("rolearn"), context.Text("externalid")))),
    };

    // Rows take several times the memory of their JSON.
    private const int MostBytes = 16 * 1024 * 1024;

    private readonly string _folder = $"{S3Folder.Of(context, account)}{Uri.EscapeDataString("region=" + context.Text("region"))}/{Uri.EscapeDataString("accountId=" + context.Text("accountid"))}/";
    private readonly bool _isOld = context.Text("class") == OldClass;

    public override async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var days = Enumerable.Range(0, batch.Count).GroupBy(i => Day(batch[i])).ToList();
        if (days.Count == 1) return await SendAsync(CreateRequest(batch), batch, cancellation);
        var results = new ItemResult[batch.Count];
        foreach (var day in days)
        {
            Alert[] alerts = [.. day.Select(i => batch[i])];
            var result = await SendAsync(CreateRequest(alerts), alerts, cancellation);
            foreach (var i in day) results[i] = result.All;
        }
        return DeliveryResult.Each(results);
    }

    /// <summary>The file of one day's alerts.</summary>
    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var ids = batch.Select(a => a.Id).ToArray();
        var name = new Guid(SHA256.HashData(MemoryMarshal.AsBytes(ids.AsSpan())).AsSpan(0, 16));
        var request = new HttpRequestMessage(HttpMethod.Put, $"{_folder}{Uri.EscapeDataString("eventDay=" + Day(batch[0]))}/{name}.parquet")
        {
            Content = _isOld ? new FindingContent<SecurityFinding>(batch, SecurityFinding.Of) : new FindingContent<DetectionFinding>(batch, DetectionFinding.Of),
        };
        request.Headers.Add("X-Amz-Acl", "bucket-owner-full-control");
        return request;
    }

    protected override async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.Add("X-Amz-Checksum-Sha256", Convert.ToBase64String(SHA256.HashData(await request.Content!.ReadAsByteArrayAsync(cancellation))));
        await base.AuthorizeAsync(request, cancellation);
    }

    private static string Day(Alert alert) => alert.Time.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
