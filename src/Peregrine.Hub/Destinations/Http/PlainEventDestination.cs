using System.Net.Http.Headers;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>Posts the plain event to an address: the form of all destinations that take it as it is.</summary>
internal class PlainEventDestination(DestinationContext context, Uri address, AuthenticationHeaderValue? authorization = null) : HttpDestination(context)
{
    protected Uri Address => address;

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonBody.Of(batch[0]) };
        request.Headers.Authorization = authorization;
        return request;
    }
}
