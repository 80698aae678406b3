using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Workflow;

/// <summary>A workflow of n8n behind a webhook: with user and password, with one header, or both.</summary>
internal sealed class N8nDestination(DestinationContext context) : PlainEventDestination(context, context.Address("address"), HttpAuthorization.Basic(context.Text("user"), context.Text("password")))
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "n8n",
        Section = "n8n",
        Title = "n8n",
        Family = DestinationFamily.Workflow,
        EnabledBy = ["address"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Text("address", "Address of the webhook"),
            Setting.Text("user", "User"),
            Setting.Secret("password", "Password"),
            Setting.Text("headerauthname", "Name of a header that authenticates"),
            Setting.Secret("headerauthvalue", "Its value"),
        ],
        Create = context => new N8nDestination(context),
    };

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var request = base.CreateRequest(batch);
        if (Context.Text("headerauthname") is { Length: > 0 } name) request.Headers.TryAddWithoutValidation(name, Context.Text("headerauthvalue"));
        return request;
    }
}
