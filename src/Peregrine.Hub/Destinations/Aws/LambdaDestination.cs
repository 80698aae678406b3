using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>Calls a function of Lambda with the plain event.</summary>
internal sealed class LambdaDestination(DestinationContext context, AwsAccount account) : AwsDestination(context, account, "lambda")
{
    private const string WaitsForAnswer = "RequestResponse";

    public static DestinationKind Kind { get; } = new()
    {
        Name = "awslambda",
        Section = "aws.lambda",
        Title = "AWS Lambda",
        Family = DestinationFamily.Functions,
        EnabledBy = ["functionname"],
        IsHttp = true,
        Shared = AwsAccount.Section,
        OwnSettings =
        [
            Setting.Text("functionname", "Function: a name, with an alias behind a colon, or an ARN"),
            Setting.Choice("invocationtype", "Wait for the function, only start it, or only check that it could be", WaitsForAnswer, WaitsForAnswer, "Event", "DryRun"),
            Setting.Choice("logtype", "Whether the end of the function's log comes with the answer", "Tail", "Tail", "None"),
            .. EndpointSetting,
        ],
        Create = context => new LambdaDestination(context, AwsAccount.Of(context)),
    };

    // A call that waits takes 6 MB; one that does not, 256 KB everywhere.
    private const int LongestCall = 5_900_000;
    private const int LongestStart = 250_000;

    private readonly Uri _address = new(Endpoint(context, account, "lambda"), $"/2015-03-31/functions/{Uri.EscapeDataString(context.Text("functionname"))}/invocations");
    private readonly string _invocation = context.Text("invocationtype");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonBody.Of(ShortAlert.Json(batch[0], _invocation == "Event" ? LongestStart : LongestCall)) };
        request.Headers.Add("X-Amz-Invocation-Type", _invocation);
        if (_invocation == WaitsForAnswer) request.Headers.Add("X-Amz-Log-Type", Context.Text("logtype"));
        return request;
    }

    /// <summary>A function that fails answers with 200 and a header; calling it again with the same event is for people to decide, so the event goes to the dead letters.</summary>
    protected override DeliveryResult ReadSuccess(HttpResponseMessage answer, string text, IReadOnlyList<Alert> batch) =>
        answer.Headers.TryGetValues("X-Amz-Function-Error", out var error) ? DeliveryResult.Rejected($"the function failed ({error.First()}): {ShortText.Cut(text, 300)}") : DeliveryResult.Delivered;
}
