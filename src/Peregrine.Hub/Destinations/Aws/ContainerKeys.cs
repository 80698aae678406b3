using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>The keys of a task of ECS, or of a pod of EKS with Pod Identity, from the service beside it.</summary>
/// <param name="address">Where they are told.</param>
/// <param name="token">What the service wants to be shown; empty for nothing.</param>
/// <param name="tokenFile">A file with it, which is renewed in place; empty for none.</param>
internal sealed class ContainerKeys(Uri address, string token, string tokenFile) : AwsKeySource
{
    public override async ValueTask<Lease<AwsAccount>> FetchAsync(AwsAccount account, HttpClient client, DateTimeOffset now, CancellationToken cancellation)
    {
        var shown = tokenFile.Length > 0 ? (await File.ReadAllTextAsync(tokenFile, cancellation)).Trim() : token;
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (shown.Length > 0) request.Headers.TryAddWithoutValidation("Authorization", shown);
        return await LeaseRequest.SendAsync(LeaseRequest.Local, request, $"the container's service {address.Authority}", text => ReadJson(text, account), cancellation, "keys");
    }
}
