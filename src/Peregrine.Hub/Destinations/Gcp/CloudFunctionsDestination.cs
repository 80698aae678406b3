using System.Text.Json;
using System.Text.RegularExpressions;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>
/// Calls a function of Cloud Functions: through the API, which knows functions of the first generation and takes few calls, or at the function's own address with an identity token, which all HTTP functions take.
/// </summary>
internal sealed partial class CloudFunctionsDestination : GcpDestination
{
    private const string OwnAddress = "http";

    public static DestinationKind Kind { get; } = new()
    {
        Name = "gcpcloudfunctions",
        Section = "gcp.cloudfunctions",
        Title = "GCP Cloud Functions",
        Family = DestinationFamily.Functions,
        EnabledBy = ["name"],
        IsHttp = true,
        Shared = GcpAccount.Section,
        OwnSettings =
        [
            Setting.Text("name", "Function: projects/PROJECT/locations/LOCATION/functions/FUNCTION"),
            .. Setting.Ours(Setting.Choice("invocation", "Call it through the API (first generation only, few calls a minute) or at its own address with an identity token", "api", "api", OwnAddress)),
            .. EndpointSetting,
        ],
        Create = context => new CloudFunctionsDestination(context, FunctionName().Match(context.Text("name"))),
    };

    // A call takes 10 MB; the API wants the event as a text within JSON, which escapes its quotes.
    private const int LongestEvent = 4_000_000;

    private readonly Uri _address;
    private readonly bool _isApi;

    private CloudFunctionsDestination(DestinationContext context, Match name)
        : base(context, context.Text("invocation") == OwnAddress ? GcpGrant.Identity(FunctionAddress(name)) : GcpGrant.Access(GcpGrant.CloudPlatform))
    {
        _isApi = context.Text("invocation") != OwnAddress;
        if (!name.Success) throw new ConfigurationException("gcp.cloudfunctions.name: projects/PROJECT/locations/LOCATION/functions/FUNCTION is expected");
        _address = _isApi ? Endpoint(context, "https://cloudfunctions.googleapis.com", $"/v1/{name.Value}:call") : context.Settings.IsSet(EndpointKey) ? context.Address(EndpointKey) : new Uri(FunctionAddress(name));
    }

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var json = ShortAlert.Json(batch[0], LongestEvent);
        return new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Content = !_isApi ? JsonBody.Of(json) : JsonBody.Create(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("data"u8, json);
                writer.WriteEndObject();
            }),
        };
    }

    /// <summary>The API tells a function's failure with 200; calling it again with the same event is for people to decide, so the event goes to the dead letters.</summary>
    protected override DeliveryResult ReadSuccess(string text)
    {
        if (!_isApi) return DeliveryResult.Delivered;
        try
        {
            using var answer = JsonDocument.Parse(text);
            return answer.RootElement.TryGetProperty("error", out var error) && error.ToString() is { Length: > 0 } reason
                ? DeliveryResult.Rejected("the function failed: " + ShortText.Cut(reason, 300))
                : DeliveryResult.Delivered;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return DeliveryResult.Retry("the answer is not the API's: " + StatusVerdict.Reason(System.Net.HttpStatusCode.OK, text));
        }
    }

    /// <summary>Where functions of both generations answer, and what their identity tokens are for.</summary>
    private static string FunctionAddress(Match name) => $"https://{name.Groups["location"].Value}-{name.Groups["project"].Value}.cloudfunctions.net/{name.Groups["function"].Value}";

    [GeneratedRegex("^projects/(?<project>[a-z0-9-]+)/locations/(?<location>[a-z0-9-]+)/functions/(?<function>[A-Za-z0-9_-]+)$")]
    private static partial Regex FunctionName();
}
