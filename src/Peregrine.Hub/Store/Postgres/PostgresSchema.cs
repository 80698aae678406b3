using System.Globalization;
using Npgsql;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Store.Postgres;

/// <summary>
/// The tables of the shared store. Names are known by a number that is made from their text (<see cref="NameId"/>), so that hubs need not agree on numbers; the view <c>peregrine_alerts</c> shows all as text, for people.
/// The index by time holds all that can be asked for but the text, so that no question but that reads the rows, once the database has noted which of them all can see: its cleaning is told to come often and to be quick.
/// The tally has the numbers and bytes of whole hours.
/// </summary>
internal static class PostgresSchema
{
    /// <summary>What this hub reads and writes; kept in the database.</summary>
    public const int Version = 2;

    /// <summary>What the tally counts alerts by.</summary>
    public const string TallyKey = "hour, hub, rule, source, hostname, tags, priority";

    // Any number that others do not lock by.
    private const long CreationLock = 0x7065_7265_6772_696E;

    private static readonly string Tables = $"""
        INSERT INTO peregrine_schema VALUES ({Version.ToString(CultureInfo.InvariantCulture)});
        CREATE TABLE peregrine_name (id bigint PRIMARY KEY, text text NOT NULL);
        CREATE TABLE peregrine_tag (tag bigint NOT NULL, tagset bigint NOT NULL, PRIMARY KEY (tag, tagset));
        CREATE INDEX peregrine_tag_set ON peregrine_tag (tagset);
        CREATE TABLE peregrine_alert (
            id uuid PRIMARY KEY, time bigint NOT NULL, rule bigint NOT NULL, source bigint NOT NULL, hostname bigint NOT NULL, tags bigint NOT NULL, hub bigint NOT NULL, priority smallint NOT NULL, output text NOT NULL, json bytea NOT NULL)
            WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_limit = 2000);
        CREATE INDEX peregrine_alert_time ON peregrine_alert (time, id) INCLUDE (rule, source, hostname, tags, hub, priority);
        CREATE INDEX peregrine_alert_rule ON peregrine_alert (rule, time);
        CREATE INDEX peregrine_alert_hostname ON peregrine_alert (hostname, time);
        {Tally}
        {Urgent}
        CREATE VIEW peregrine_alerts AS
            SELECT a.id, to_timestamp(a.time / 1e9) AS time, {PriorityName} AS priority, r.text AS rule, s.text AS source, h.text AS hostname,
                ARRAY(SELECT n.text FROM peregrine_tag t JOIN peregrine_name n ON n.id = t.tag WHERE t.tagset = a.tags ORDER BY n.text) AS tags, b.text AS hub, a.output, convert_from(a.json, 'UTF8') AS json
            FROM peregrine_alert a JOIN peregrine_name r ON r.id = a.rule JOIN peregrine_name s ON s.id = a.source JOIN peregrine_name h ON h.id = a.hostname JOIN peregrine_name b ON b.id = a.hub;
        """;

    // Rows are changed again and again: with room for their new versions beside them they need no cleaning in between.
    private const string Tally = $"""
        CREATE TABLE peregrine_tally (
            hour bigint NOT NULL, hub bigint NOT NULL, rule bigint NOT NULL, source bigint NOT NULL, hostname bigint NOT NULL, tags bigint NOT NULL, priority smallint NOT NULL, alerts bigint NOT NULL, bytes bigint NOT NULL,
            PRIMARY KEY ({TallyKey})) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.1);
        """;

    // What is rare and asked for first: critical and above.
    private const string Urgent = "CREATE INDEX peregrine_alert_urgent ON peregrine_alert (time, id) INCLUDE (rule, source, hostname, tags, hub, priority) WHERE priority >= 6;";

    // Version 1 had a row of totals for each hub. Its hubs that still run fail without that table, and find out why.
    private static readonly string FromVersion1 = $"""
        LOCK TABLE peregrine_alert IN EXCLUSIVE MODE;
        DROP TABLE peregrine_hub;
        {Tally}
        {Urgent}
        INSERT INTO peregrine_tally ({TallyKey}, alerts, bytes)
            SELECT time / {TalliedHour.Nanoseconds.ToString(CultureInfo.InvariantCulture)} AS hour, hub, rule, source, hostname, tags, priority, count(*), sum({PostgresGroup.RowBytes}) FROM peregrine_alert GROUP BY {TallyKey};
        UPDATE peregrine_schema SET version = {Version.ToString(CultureInfo.InvariantCulture)};
        """;

    private static string PriorityName => $"CASE a.priority {string.Join(' ', AlertPriorities.Levels.Select(p => $"WHEN {((int)p).ToString(CultureInfo.InvariantCulture)} THEN '{p.Name()}'"))} END";

    /// <summary>Makes the tables if they are not there, and brings those of an older version to this one; of several hubs that come at once, one does.</summary>
    /// <exception cref="IOException">The tables are those of a newer version.</exception>
    /// <exception cref="NpgsqlException">The database did not answer or refused.</exception>
    public static async ValueTask PrepareAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (await ReadAsync(connection, cancellation) == Version) return;
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({CreationLock.ToString(CultureInfo.InvariantCulture)})", cancellation);
        // Asked so, since the connection remembers that there was no such table.
        await ExecuteAsync(connection, "CREATE TABLE IF NOT EXISTS peregrine_schema (version integer NOT NULL)", cancellation);
        var version = await VersionAsync(connection, cancellation);
        if (version is null) await ExecuteAsync(connection, Tables, cancellation);
        else if (version == 1) await ExecuteAsync(connection, FromVersion1, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Whether the tables are there, of this version or an older one.</summary>
    /// <exception cref="IOException">They are those of a newer version.</exception>
    public static async ValueTask<bool> IsThereAsync(NpgsqlConnection connection, CancellationToken cancellation) => await ReadAsync(connection, cancellation) is not null;

    private static async ValueTask<int?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT to_regclass('peregrine_schema') IS NOT NULL", connection);
        if (await command.ExecuteScalarAsync(cancellation) is not true) return null;
        var version = await VersionAsync(connection, cancellation);
        if (version is >= 1 and <= Version) return version;
        throw new IOException(string.Create(CultureInfo.InvariantCulture, $"its tables have version {version ?? 0}, and this hub knows version {Version}: {(version > Version ? "a newer hub made them, so this one must be brought to its version" : "they are damaged")}; alerts wait until then"));
    }

    private static async ValueTask<int?> VersionAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT max(version) FROM peregrine_schema", connection);
        return await command.ExecuteScalarAsync(cancellation) as int?;
    }

    private static async ValueTask ExecuteAsync(NpgsqlConnection connection, string text, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
