using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>A role that is taken on with a cluster's token (IRSA): the token says who asks, so the request is not signed.</summary>
/// <param name="name">The role.</param>
/// <param name="session">The session's name in the service's logs.</param>
/// <param name="tokenFile">The file with the token, which is renewed in place.</param>
/// <param name="tokenService">Where the role is taken on.</param>
internal sealed class WebIdentityRole(string name, string session, string tokenFile, Uri tokenService) : AwsKeySource
{
    public override async ValueTask<Lease<AwsAccount>> FetchAsync(AwsAccount account, HttpClient client, DateTimeOffset now, CancellationToken cancellation)
    {
        var token = (await File.ReadAllTextAsync(tokenFile, cancellation)).Trim();
        var request = new HttpRequestMessage(HttpMethod.Post, tokenService)
        {
            Content = new FormUrlEncodedContent(
            [
                new("Action", "AssumeRoleWithWebIdentity"), new("Version", "2011-06-15"), new("RoleArn", name), new("RoleSessionName", session), new("WebIdentityToken", token),
            ]),
        };
        return await LeaseRequest.SendAsync(client, request, $"the role {name}", text => ReadXml(text, account), cancellation, "keys");
    }
}
