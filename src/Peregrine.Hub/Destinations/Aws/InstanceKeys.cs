using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>The keys of the role that a machine of EC2 has, from its metadata service (version 2, which wants a session).</summary>
/// <param name="address">Where the service answers, without a slash at the end.</param>
internal sealed class InstanceKeys(string address) : AwsKeySource
{
    private const string Roles = "/latest/meta-data/iam/security-credentials/";

    public override async ValueTask<Lease<AwsAccount>> FetchAsync(AwsAccount account, HttpClient client, DateTimeOffset now, CancellationToken cancellation)
    {
        var who = $"aws.accesskeyid is not set, and the metadata service {address}";
        var begin = new HttpRequestMessage(HttpMethod.Put, address + "/latest/api/token");
        begin.Headers.Add("X-aws-ec2-metadata-token-ttl-seconds", "300");
        var session = await LeaseRequest.SendAsync(LeaseRequest.Local, begin, who, text => text.Trim(), cancellation, "session");
        var role = await LeaseRequest.SendAsync(LeaseRequest.Local, Ask(Roles), who, text => text.Split('\n')[0].Trim(), cancellation, "role");
        return await LeaseRequest.SendAsync(LeaseRequest.Local, Ask(Roles + role), who, text => ReadJson(text, account), cancellation, "keys");

        HttpRequestMessage Ask(string path)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, address + path);
            request.Headers.TryAddWithoutValidation("X-aws-ec2-metadata-token", session);
            return request;
        }
    }
}
