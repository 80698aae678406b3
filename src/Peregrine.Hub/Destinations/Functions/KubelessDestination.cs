using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Functions;

/// <summary>A function of Kubeless, which is a service of its own.</summary>
internal sealed class KubelessDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "kubeless",
        Section = "kubeless",
        Title = "Kubeless",
        Family = DestinationFamily.Functions,
        EnabledBy = ["namespace", "function"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Text("namespace", "Namespace of the function"),
            Setting.Text("function", "Function"),
            Setting.Integer("port", "Port of the function's service", 8080, 1, 65_535),
            .. ServiceAddress.Settings,
        ],
        Create = context => new KubelessDestination(context),
    };

    private readonly Uri _address = ServiceAddress.Of(context, $"{context.Text("function")}.{context.Text("namespace")}.svc.cluster.local", "port", "/");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonBody.Of(batch[0]) };
        request.Headers.Add("event-id", batch[0].Id.ToString());
        request.Headers.Add("event-type", "falco");
        request.Headers.TryAddWithoutValidation("event-namespace", Context.Text("namespace"));
        return request;
    }
}
