using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Web;

/// <summary>The reference's web page: the event, and the names of the destinations.</summary>
internal sealed class WebUiDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "webui",
        Section = "webui",
        Title = "Falcosidekick UI",
        Family = DestinationFamily.Web,
        EnabledBy = ["url"],
        IsHttp = true,
        OwnSettings = [Setting.Text("url", "Address of the web page's server")],
        Create = context => new WebUiDestination(context),
    };

    private readonly Uri _address = context.Address("url");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address)
    {
        Content = JsonBody.Create(writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("event");
            AlertWriter.Write(writer, batch[0]);
            writer.WriteStartArray("outputs");
            foreach (var name in Context.AllNames) writer.WriteStringValue(name);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }),
    };
}
