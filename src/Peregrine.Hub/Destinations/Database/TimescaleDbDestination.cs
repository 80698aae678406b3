using Npgsql;
using NpgsqlTypes;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations.Database;

/// <summary>
/// A table of TimescaleDB or of PostgreSQL alone, with the columns <c>time, rule, priority, source, output, tags, hostname</c> and one for each field that the configuration adds. A batch is one transaction. Values go
/// without a type, so that the columns may have any that fits.
/// </summary>
internal sealed class TimescaleDbDestination : IDestination
{
    // How templates spell a field that is not there.
    private const string Nothing = "null";

    private readonly DestinationContext _context;
    private readonly NpgsqlDataSource _source;
    private readonly string _insert;

    private TimescaleDbDestination(DestinationContext context)
    {
        _context = context;
        var settings = context.Settings;
        var host = settings.Text("host");
        if (!int.TryParse(settings.Text("port"), System.Globalization.CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65_535) throw new ConfigurationException("timescaledb.port: a port is expected");
        var builder = new NpgsqlSlimDataSourceBuilder
        {
            ConnectionStringBuilder =
            {
                Host = host,
                Port = port,
                Username = settings.Text("user"),
                Password = settings.Text("password"),
                Database = settings.Text("database"),
                ApplicationName = "peregrine-hub",
                // Deliveries follow each other.
                MaxPoolSize = 2,
            },
        };
        var mode = settings.Text("sslmode");
        builder.ConnectionStringBuilder.SslMode = mode switch { "disable" => SslMode.Disable, "require" => SslMode.Require, "verify-full" => SslMode.VerifyFull, _ => SslMode.Prefer };
        builder.EnableTransportSecurity();
        if (mode == "verify-full" && context.Tls.ExtraAuthorities.Count > 0) builder.UseRootCertificates(context.Tls.ExtraAuthorities);
        try
        {
            _source = builder.Build();
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new ConfigurationException("timescaledb.host: the name or address of a server is expected", e);
        }
        var columns = Columns.Select(c => c.Name).Concat(context.AddedFields).Select(SqlName.Quote).Distinct(StringComparer.Ordinal).ToList();
        _insert = $"INSERT INTO {SqlName.Table(settings.Text("hypertablename"))} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select((_, i) => $"${i + 1}"))})";
    }

    public static DestinationKind Kind { get; } = new()
    {
        Name = "timescaledb",
        Section = "timescaledb",
        Title = "TimescaleDB",
        Family = DestinationFamily.Database,
        EnabledBy = ["host"],
        OwnSettings =
        [
            Setting.Text("host", "The server"),
            Setting.Text("port", "Its port", "5432"),
            Setting.Text("user", "User", "postgres"),
            Setting.Secret("password", "Password") with { Default = "postgres" },
            Setting.Text("database", "Database", "falcosidekick"),
            Setting.Text("hypertablename", "Table, with its schema where it has another than the user's", "falcosidekick_events"),
            .. Setting.Ours(Setting.Choice("sslmode", "TLS: where the server has it, never, always, or always with its certificate checked", "prefer", "prefer", "disable", "require", "verify-full")),
        ],
        Batch = _ => BatchLimits.Many(200),
        Create = context => new TimescaleDbDestination(context),
    };

    private static IReadOnlyList<(string Name, Func<Alert, string> Value)> Columns { get; } =
    [
        ("time", a => a.TimeText()),
        ("rule", a => a.Rule),
        ("priority", a => a.Priority.Name()),
        ("source", a => a.Source),
        ("output", a => a.Output),
        ("tags", a => a.Tags.Count == 0 ? Nothing : string.Join(',', a.Tags)),
        ("hostname", a => a.Hostname),
    ];

    public async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellation);
        await using var inserts = new NpgsqlBatch(connection);
        foreach (var alert in batch) inserts.BatchCommands.Add(Insert(alert));
        try
        {
            await inserts.ExecuteNonQueryAsync(cancellation);
            return DeliveryResult.Delivered;
        }
        catch (PostgresException e) when (e.SqlState is ['2', '2' or '3', ..])
        {
            // A value that no column takes, or one that is there already: it stays so, and the rest of the batch goes without it.
            return DeliveryResult.Rejected($"{e.SqlState}: {e.MessageText}");
        }
    }

    public async ValueTask ProbeAsync(Alert sample, CancellationToken cancellation)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellation);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private NpgsqlBatchCommand Insert(Alert alert)
    {
        var command = new NpgsqlBatchCommand(_insert);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in Columns.Select(c => (c.Name, c.Value(alert))).Concat(_context.AddedFields.Select(f => (f, Added(alert, f)))))
            if (seen.Add(SqlName.Quote(name))) command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Unknown, Value = Value(value) });
        return command;
    }

    // Columns of added fields may be numbers, which an empty text is not; the fixed ones may refuse to be empty altogether.
    private static string Added(Alert alert, string field) => alert.FieldText(field) is { Length: > 0 } text ? text : Nothing;

    // Text of the database holds no zero character.
    private static object Value(string text) => text == Nothing ? DBNull.Value : text.Replace('\0', '\uFFFD');
}
