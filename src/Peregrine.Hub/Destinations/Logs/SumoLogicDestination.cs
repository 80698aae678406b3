using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>Sumo Logic's HTTP source: an event on each line.</summary>
internal sealed class SumoLogicDestination(DestinationContext context) : HttpDestination(context)
{
    private static readonly (string Key, string Header)[] Names = [("sourcecategory", "X-Sumo-Category"), ("sourcehost", "X-Sumo-Host"), ("name", "X-Sumo-Name")];

    public static DestinationKind Kind { get; } = new()
    {
        Name = "sumologic",
        Section = "sumologic",
        Title = "Sumo Logic",
        Family = DestinationFamily.Logs,
        EnabledBy = ["receiverurl"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Secret("receiverurl", "Address of the HTTP source"),
            Setting.Text("sourcecategory", "Category instead of the source's"),
            Setting.Text("sourcehost", "Host instead of the source's"),
            Setting.Text("name", "Name instead of the source's"),
        ],
        Batch = _ => BatchLimits.Many(500, 900_000),
        Create = context => new SumoLogicDestination(context),
    };

    private readonly Uri _address = context.Address("receiverurl");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonBody.Of(EventLines.Of(batch)) };
        foreach (var (key, header) in Names)
            if (Context.Text(key) is { Length: > 0 } value) request.Headers.TryAddWithoutValidation(header, value);
        return request;
    }
}
