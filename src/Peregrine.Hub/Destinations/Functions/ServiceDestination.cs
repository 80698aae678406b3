using Peregrine.Hub.Alerts;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Functions;

/// <summary>Posts the plain event to a service of a cluster.</summary>
internal class ServiceDestination(DestinationContext context, ServiceAddress service) : HttpDestination(context, service.Access?.Tls)
{
    /// <summary>What the service's framework wants to know beside the event.</summary>
    protected virtual IEnumerable<(string Name, string Value)> Headers(Alert alert) => [];

    protected sealed override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, service.Address) { Content = JsonBody.Of(batch[0]) };
        foreach (var (name, value) in Headers(batch[0])) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    protected override string CertificateName(Uri server) => service.Access is { ServerName.Length: > 0 } access ? access.ServerName : base.CertificateName(server);

    protected override ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellation) => service.Access?.AuthorizeAsync(request, cancellation) ?? ValueTask.CompletedTask;
}
