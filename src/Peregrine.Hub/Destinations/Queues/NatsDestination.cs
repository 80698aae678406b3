using System.Text;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Queues;

/// <summary>
/// Subjects of NATS. The server answers a ping behind the messages when it has them; with <c>jetstream</c> a stream's own confirmation is awaited for each, and the alert's id keeps a repeated one out.
/// </summary>
internal sealed class NatsDestination(DestinationContext context, ServerAddress server) : WireDestination(new StreamConnection(server.Host, server.Port, null))
{
    private NatsSession? _session;

    public static DestinationKind Kind { get; } = new()
    {
        Name = "nats",
        Section = "nats",
        Title = "NATS",
        Family = DestinationFamily.Queues,
        EnabledBy = ["hostport"],
        OwnSettings =
        [
            Setting.Secret("hostport", "The server (nats://host:port, tls://host:port; user and password may stand before the host)"),
            Setting.Text("subjecttemplate", "Subject of a message; <priority> and <rule> are put in", "falco.<priority>.<rule>"),
            Setting.Flag("checkcert", "Check the server's certificate", true),
            Setting.Flag("mutualtls", "Show the hub's client certificate"),
            Setting.Integer("maxconcurrentrequests", "Taken for compatibility; messages follow each other on one connection", 1, most: 65_535),
            .. Setting.Ours(
                Setting.Text("user", "User"),
                Setting.Secret("password", "Password"),
                Setting.Secret("token", "Token, in place of user and password"),
                Setting.Flag("jetstream", "Wait until a stream has confirmed each message")),
        ],
        Batch = _ => BatchLimits.Many(200),
        Create = context => new NatsDestination(context, ServerAddress.Read(context, "hostport", _ => 4222, "nats", "tls")),
    };

    protected override async ValueTask<PeerStream> GreetAsync(PeerStream peer, CancellationToken cancellation)
    {
        var hello = await peer.ReadLineAsync(cancellation);
        if (!hello.StartsWith("INFO ", StringComparison.Ordinal)) throw new IOException("what answers speaks no NATS");
        using var info = JsonDocument.Parse(hello.AsMemory(5));
        var isTls = server.Scheme == "tls" || context.Settings.Flag(HttpSettings.MutualTls) || (info.RootElement.TryGetProperty("tls_required", out var required) && required.GetBoolean());
        if (isTls)
        {
            if (peer.HasUnread) throw new IOException("the server goes on without TLS");
            var options = context.TlsOptions(server.Host);
            peer = new PeerStream(await Connection.SecureAsync(options, cancellation));
        }
        _session = new NatsSession(peer, info.RootElement.TryGetProperty("max_payload", out var most) ? most.GetInt32() : 1024 * 1024);
        await _session.ConnectAsync(Hello(isTls), context.Settings.Flag("jetstream"), cancellation);
        return peer;
    }

    protected override ValueTask<DeliveryResult> ExchangeAsync(PeerStream peer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var messages = batch.Select(a => new NatsMessage(EventSubject.Of(context.Text("subjecttemplate"), a), a.Id.ToString(), a.ToJson())).ToList();
        return context.Settings.Flag("jetstream") ? _session!.PublishToStreamAsync(messages, cancellation) : _session!.PublishAsync(messages, cancellation);
    }

    private string Hello(bool isTls) => Encoding.UTF8.GetString(JsonBody.Bytes(writer =>
    {
        var settings = context.Settings;
        var (user, password) = settings.IsSet("user") ? (settings.Text("user"), settings.Text("password")) : (server.User, server.Password);
        writer.WriteStartObject();
        foreach (var (name, value) in new[] { ("verbose", false), ("pedantic", false), ("headers", true), ("no_responders", true), ("tls_required", isTls), ("echo", false) }) writer.WriteBoolean(name, value);
        foreach (var (name, value) in new[] { ("name", "peregrine-hub"), ("lang", "csharp"), ("version", "1.0.0") }) writer.WriteString(name, value);
        // A name alone before the host is a token.
        if (settings.IsSet("token")) writer.WriteString("auth_token", settings.Text("token"));
        else if (user.Length > 0 && password.Length == 0 && !settings.IsSet("user")) writer.WriteString("auth_token", user);
        else if (user.Length > 0)
        {
            writer.WriteString("user", user);
            writer.WriteString("pass", password);
        }
        writer.WriteNumber("protocol", 1);
        writer.WriteEndObject();
    }));
}
