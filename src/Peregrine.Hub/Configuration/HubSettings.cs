namespace Peregrine.Hub.Configuration;

/// <summary>The settings of the hub itself: those of the reference under their names, and ours.</summary>
internal static class HubSettings
{
    public static IReadOnlyList<Setting> Top { get; } =
    [
        Setting.Text("listenaddress", "Address to listen on; empty for all"),
        Setting.Integer("listenport", "Port to listen on", 2801, 0, 65_535),
        Setting.Flag("debug", "Log every delivery"),
        Setting.Map("customfields", "Fields that every alert gets, unless it has them"),
        Setting.Map("templatedfields", "Fields made by a template over the alert's output fields"),
        Setting.List("customtags", "Tags that every alert gets"),
        Setting.Text("bracketreplacer", "What stands for the bracket in names like proc.aname[2]; empty leaves them as they are"),
        Setting.Text("outputfieldformat", "How the output line is written anew: <timestamp>, <priority>, <output>, <custom_fields>, <templated_fields>, <tags>"),
        Setting.Text("mutualtlsfilespath", "Folder with client.crt, client.key and ca.crt", "/etc/certs"),
        .. Setting.Ours(
            Setting.Text("data", "Folder of the journal, the queues and the embedded store", "/var/lib/peregrine-hub"),
            Setting.Text("store", "Where alerts are kept: sqlite in the data folder, or the address of a PostgreSQL that several hubs may share, postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full", "sqlite"),
            Setting.Secret("storepassword", "The password for the store, where its address holds none"),
            Setting.Text("name", "What this hub is called in a store that several share; the machine's name when empty"),
            Setting.Duration("searchtimeout", "How long a search of the store may take before it is ended; 0 for no limit", "30s")),
    ];

    public static IReadOnlyList<Setting> MutualTlsClient { get; } =
    [
        Setting.Text("certfile", "Certificate that is shown to servers; before the folder's"),
        Setting.Text("keyfile", "Its key"),
        Setting.Text("cacertfile", "Authority of the servers"),
    ];

    public static IReadOnlyList<Setting> TlsClient { get; } = [Setting.Text("cacertfile", "Authority that is trusted beside the system's")];

    public static IReadOnlyList<Setting> TlsServer { get; } =
    [
        Setting.Flag("deploy", "Serve HTTPS"),
        Setting.Text("certfile", "The server's certificate", "/etc/certs/server/server.crt"),
        Setting.Text("keyfile", "Its key", "/etc/certs/server/server.key"),
        Setting.Flag("mutualtls", "Ask senders for a certificate"),
        Setting.Text("cacertfile", "Authority of the senders", "/etc/certs/server/ca.crt"),
        Setting.Integer("notlsport", "Port of the second listener, without TLS", 2810, 0, 65_535),
        Setting.List("notlspaths", "Paths that move to the listener without TLS"),
    ];

    public static IReadOnlyList<Setting> Prometheus { get; } = [Setting.Text("extralabels", "Output fields, separated by commas, that become labels of the alert counter")];

    public static IReadOnlyList<Setting> Ingest { get; } =
    Setting.Ours(
        new("tokens", SettingKind.SecretMap, "", "Senders by name with the bearer token of each; empty lets everybody in"),
        Setting.Integer("maxbody", "Most bytes of one request, unpacked", 16 * 1024 * 1024, 1024, 1024 * 1024 * 1024),
        Setting.Integer("rate", "Most alerts a second from one sender; 0 for no limit", 0),
        Setting.Integer("burst", "Alerts that a sender may send at once beyond its rate", 10_000));

    public static IReadOnlyList<Setting> Sensors { get; } =
    Setting.Ours(
        Setting.List("addresses", "Sensors whose alerts are fetched by gRPC: unix:///path, https://host:port"),
        Setting.Text("certfile", "Certificate that is shown to sensors at https addresses", "/etc/certs/client.crt"),
        Setting.Text("keyfile", "Its key", "/etc/certs/client.key"),
        Setting.Text("cacertfile", "Authority of the sensors", "/etc/certs/ca.crt"));

    public static IReadOnlyList<Setting> Retention { get; } =
    Setting.Ours(
        Setting.Duration("age", "How long alerts are kept; 0 for ever", "30d"),
        Setting.Integer("bytes", "Most bytes of the store; 0 for no limit", 20L * 1024 * 1024 * 1024),
        Setting.Integer("backlog", "Most bytes of alerts that wait in the journal for the store; the oldest are not stored beyond it; 0 for no limit", 8L * 1024 * 1024 * 1024));

    /// <summary>How deliveries are made: the section <c>delivery</c> for all, and the same keys for one destination.</summary>
    public static IReadOnlyList<Setting> Delivery { get; } =
    Setting.Ours(
        Setting.Duration("timeout", "How long one delivery may take", "10s"),
        Setting.Duration("backoff", "Pause before the first retry; it doubles with each, with some chance", "1s"),
        Setting.Duration("maxbackoff", "Longest pause between retries", "5m"),
        Setting.Duration("expiry", "How old an alert may get in the queue before it goes to the dead letters; 0 for no limit", "24h"),
        Setting.Integer("maxbytes", "Most bytes that wait for one destination; the oldest go to the dead letters beyond it", 4L * 1024 * 1024 * 1024, 1024),
        Setting.Integer("rate", "Most deliveries a second; 0 for no limit", 0),
        Setting.Text("fallback", "Destination that gets what this one could not be brought"),
        Setting.Duration("fallbackafter", "When no delivery has worked for this long, alerts go to the fallback at once; 0: only what was given up goes there", "5m"),
        Setting.Integer("batch", "Most alerts in one delivery, where the kind takes several; 0 for the kind's own number", 0, 0, 100_000));
}
