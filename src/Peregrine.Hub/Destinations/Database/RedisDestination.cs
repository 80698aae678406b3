using System.Globalization;
using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Database;

/// <summary>A list of Redis to whose end the events go, or a hash that has them by their ids. A batch is one command, so all of it is there or nothing.</summary>
internal sealed class RedisDestination(DestinationContext context, ServerAddress server)
    : WireDestination(new StreamConnection(server.Host, server.Port, context.Settings.Flag("tls") || server.Scheme == "rediss" ? TlsFiles.Options(context, server.Host) : null))
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "redis",
        Section = "redis",
        Title = "Redis",
        Family = DestinationFamily.Database,
        EnabledBy = ["address"],
        OwnSettings =
        [
            Setting.Text("address", "The server (host:port)"),
            Setting.Text("username", "User, where the server has several"),
            Setting.Secret("password", "Password"),
            Setting.Integer("database", "Number of the database"),
            Setting.Choice("storagetype", "What the key holds: a list to whose end events go, or a hash of events by id", "list", "list", "hashmap"),
            Setting.Text("key", "The key", "falco"),
            Setting.Integer("version", "Taken for compatibility; all versions are served alike"),
            Setting.Flag("tls", "Talk TLS"),
            Setting.Flag("checkcert", "Check the server's certificate", true),
            Setting.Flag("mutualtls", "Show the client certificate"),
            .. TlsFiles.Settings,
        ],
        Batch = _ => BatchLimits.Many(500),
        Create = context => new RedisDestination(context, ServerAddress.Read(context, "address", _ => 6379, "redis", "rediss")),
    };

    protected override async ValueTask<PeerStream> GreetAsync(PeerStream peer, CancellationToken cancellation)
    {
        var (user, password) = context.Settings.IsSet("password") || context.Settings.IsSet("username") ? (context.Text("username"), context.Text("password")) : (server.User, server.Password);
        if (password.Length > 0) Expect(await RespProtocol.CallAsync(peer, cancellation, user.Length > 0 ? ["AUTH", user, password] : ["AUTH", password]));
        var database = context.Settings.Integer("database");
        if (database != 0) Expect(await RespProtocol.CallAsync(peer, cancellation, "SELECT", database.ToString(CultureInfo.InvariantCulture)));
        return peer;
    }

    protected override async ValueTask<DeliveryResult> ExchangeAsync(PeerStream peer, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var isHash = context.Text("storagetype") == "hashmap";
        List<byte[]> words = [isHash ? "HSET"u8.ToArray() : "RPUSH"u8.ToArray(), Encoding.UTF8.GetBytes(context.Text("key"))];
        foreach (var alert in batch)
        {
            if (isHash) words.Add(Encoding.UTF8.GetBytes(alert.Id.ToString()));
            words.Add(alert.ToJson());
        }
        var answer = await RespProtocol.CallAsync(peer, words, cancellation);
        if (!answer.StartsWith('-')) return DeliveryResult.Delivered;
        // A key of another type and a missing right stay; a full, loading or following server becomes better.
        return answer.StartsWith("-WRONGTYPE", StringComparison.Ordinal) || answer.StartsWith("-NOPERM", StringComparison.Ordinal) ? DeliveryResult.Rejected(answer[1..]) : DeliveryResult.Retry(answer[1..]);
    }

    private static void Expect(string answer)
    {
        if (answer.StartsWith('-')) throw new IOException(answer[1..]);
    }
}
