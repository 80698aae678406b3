using System.Text;
using System.Text.Json;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Queues;

/// <summary>How a connection to a NATS server begins: its greeting, TLS, who we are.</summary>
internal static class NatsGreeting
{
    public static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Secret("hostport", "The server (nats://host:port, tls://host:port; user and password may stand before the host)"),
        Setting.Text("subjecttemplate", "Subject of a message; <priority> and <rule> are put in", "falco.<priority>.<rule>"),
        Setting.Flag("checkcert", "Check the server's certificate", true),
        Setting.Flag("mutualtls", "Show the hub's client certificate"),
        Setting.Integer("maxconcurrentrequests", "Taken for compatibility; messages follow each other on one connection", 1, most: 65_535),
        .. Setting.Ours(
            Setting.Text("user", "User"),
            Setting.Secret("password", "Password"),
            Setting.Secret("token", "Token, in place of user and password")),
    ];

    /// <exception cref="ConfigurationException">The setting is no address.</exception>
    public static ServerAddress Address(DestinationContext context) => ServerAddress.Read(context, "hostport", _ => 4222, "nats", "tls");

    /// <param name="context">The settings.</param>
    /// <param name="server">The server's address.</param>
    /// <param name="connection">The connection, for TLS.</param>
    /// <param name="peer">What is read from it.</param>
    /// <param name="takesAnswers">Whether messages are answered.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IOException">The server does not want us.</exception>
    public static async ValueTask<NatsSession> JoinAsync(DestinationContext context, ServerAddress server, StreamConnection connection, PeerStream peer, bool takesAnswers, CancellationToken cancellation)
    {
        var hello = await peer.ReadLineAsync(cancellation);
        if (!hello.StartsWith("INFO ", StringComparison.Ordinal)) throw new IOException("what answers speaks no NATS");
        using var info = JsonDocument.Parse(hello.AsMemory(5));
        var isTls = server.Scheme == "tls" || context.Settings.Flag(HttpSettings.MutualTls) || (info.RootElement.TryGetProperty("tls_required", out var required) && required.GetBoolean());
        if (isTls)
        {
            if (peer.HasUnread) throw new IOException("the server goes on without TLS");
            peer = new PeerStream(await connection.SecureAsync(context.TlsOptions(server.Host), cancellation));
        }
        var session = new NatsSession(peer, info.RootElement.TryGetProperty("max_payload", out var most) ? most.GetInt32() : 1024 * 1024);
        await session.ConnectAsync(Hello(context.Settings, server, isTls), takesAnswers, cancellation);
        return session;
    }

    private static string Hello(SettingValues settings, ServerAddress server, bool isTls) => Encoding.UTF8.GetString(JsonBody.Bytes(writer =>
    {
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
