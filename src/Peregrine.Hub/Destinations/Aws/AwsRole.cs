using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>A role that is taken on with other keys.</summary>
/// <param name="name">The role.</param>
/// <param name="externalId">The external id that it asks for; empty for none.</param>
/// <param name="tokenService">Where it is taken on.</param>
/// <param name="keys">Where the other keys come from; null for the account's own.</param>
internal sealed class AwsRole(string name, string externalId, Uri tokenService, AwsKeySource? keys) : AwsKeySource
{
    public override async ValueTask<Lease<AwsAccount>> FetchAsync(AwsAccount account, HttpClient client, DateTimeOffset now, CancellationToken cancellation)
    {
        var signer = keys is null ? account : (await keys.FetchAsync(account, client, now, cancellation)).Value;
        var form = new List<KeyValuePair<string, string>> { new("Action", "AssumeRole"), new("Version", "2011-06-15"), new("RoleArn", name), new("RoleSessionName", "peregrine-hub") };
        if (externalId.Length > 0) form.Add(new("ExternalId", externalId));
        var request = new HttpRequestMessage(HttpMethod.Post, tokenService) { Content = new FormUrlEncodedContent(form) };
        SigV4.Sign(request, await request.Content.ReadAsByteArrayAsync(cancellation), signer, "sts", now);
        return await LeaseRequest.SendAsync(client, request, $"the role {name}", text => ReadXml(text, account), cancellation, "keys");
    }
}
