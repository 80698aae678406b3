using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Store;

namespace Peregrine.Hub.Escalations;

/// <summary>What is open on disk: a SQLite file whose every change is synced. Belongs to one caller at a time.</summary>
internal sealed class OpenAlertFile : IDisposable
{
    // Keys are bytes: SQLite's texts end at a zero, which names of processes may hold.
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS open_alert (
            route TEXT NOT NULL, key BLOB NOT NULL, id TEXT NOT NULL, other_ids TEXT NOT NULL, alert BLOB NOT NULL, since INTEGER NOT NULL, last INTEGER NOT NULL, until INTEGER NOT NULL, messages INTEGER NOT NULL,
            steps INTEGER NOT NULL, escalated INTEGER NOT NULL, escalated_at INTEGER NOT NULL, acknowledged_at INTEGER NOT NULL, acknowledged_by TEXT NOT NULL, comment TEXT NOT NULL, PRIMARY KEY (route, key)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS position (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL);
        """;

    private const long Layout = 1;
    private static readonly string[] Columns = ["route", "key", "id", "other_ids", "alert", "since", "last", "until", "messages", "steps", "escalated", "escalated_at", "acknowledged_at", "acknowledged_by", "comment"];

    private readonly string _file;
    private readonly SqliteConnection _connection;

    /// <exception cref="IOException">The file cannot be used.</exception>
    public OpenAlertFile(string file)
    {
        SqliteLibrary.Load();
        _file = file;
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000;");
            var layout = (long)Scalar("PRAGMA user_version")!;
            if (layout > Layout) throw new IOException($"{file} has a layout (number {layout}) that this version of the hub does not read: move the file away");
            Execute(Schema + $"PRAGMA user_version = {Layout};");
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            _connection.Dispose();
            throw e as IOException ?? Unusable(e);
        }
    }

    /// <summary>All that is open, and the number of the last journal record whose messages are in it; 0 for none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public (IReadOnlyList<OpenAlert> All, long Sequence) Read()
    {
        try
        {
            var sequence = Scalar("SELECT sequence FROM position WHERE id = 1") as long? ?? 0;
            using var command = _connection.CreateCommand();
            command.CommandText = $"SELECT {string.Join(", ", Columns)} FROM open_alert";
            using var row = command.ExecuteReader();
            var found = new List<OpenAlert>();
            while (row.Read()) found.Add(Read(row));
            return (found, sequence);
        }
        catch (Exception e) when (e is SqliteException or AlertException or FormatException)
        {
            throw Unusable(e);
        }
    }

    /// <summary>Writes and removes, all or nothing; it is on disk when the call returns.</summary>
    /// <param name="changed">What is new or different.</param>
    /// <param name="removed">Routes and keys of what is over.</param>
    /// <param name="sequence">How far the journal was routed; null leaves it.</param>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Write(IEnumerable<OpenAlert> changed, IEnumerable<(string Route, string Key)> removed, long? sequence)
    {
        try
        {
            using var transaction = _connection.BeginTransaction();
            using var put = Prepare(transaction, $"INSERT OR REPLACE INTO open_alert ({string.Join(", ", Columns)}) VALUES ({string.Join(", ", Columns.Select(c => "$" + c))})", Columns);
            foreach (var one in changed) Run(put, Values(one));
            using var remove = Prepare(transaction, "DELETE FROM open_alert WHERE route = $route AND key = $key", "route", "key");
            foreach (var (route, key) in removed) Run(remove, route, Encoding.UTF8.GetBytes(key));
            using var mark = Prepare(transaction, "INSERT INTO position VALUES (1, $sequence) ON CONFLICT (id) DO UPDATE SET sequence = $sequence", "sequence");
            if (sequence is { } number) Run(mark, number);
            transaction.Commit();
        }
        catch (SqliteException e)
        {
            throw Unusable(e);
        }
    }

    public void Dispose() => _connection.Dispose();

    private static object[] Values(OpenAlert one) =>
    [
        one.Route, Encoding.UTF8.GetBytes(one.Key), one.Id.ToString(), string.Join(' ', one.OtherIds), one.Alert.ToJson(), Milliseconds(one.Since), Milliseconds(one.Last), Milliseconds(one.Until), one.Messages,
        one.Steps, one.Escalated, Milliseconds(one.EscalatedAt), one.Acknowledged is { } by ? Milliseconds(by.At) : 0L, one.Acknowledged?.By ?? "", one.Acknowledged?.Comment ?? "",
    ];

    private static OpenAlert Read(SqliteDataReader row) => new()
    {
        Route = row.GetString(0),
        Key = Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(1)),
        Id = Guid.Parse(row.GetString(2)),
        OtherIds = [.. row.GetString(3).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(i => Guid.Parse(i, CultureInfo.InvariantCulture))],
        Alert = AlertReader.Read(row.GetFieldValue<byte[]>(4)),
        Since = Time(row, 5),
        Last = Time(row, 6),
        Until = Time(row, 7),
        Messages = row.GetInt64(8),
        Steps = row.GetInt32(9),
        Escalated = row.GetInt32(10),
        EscalatedAt = Time(row, 11),
        Acknowledged = row.GetInt64(12) == 0 ? null : new Acknowledgement(Time(row, 12), row.GetString(13), row.GetString(14)),
    };

    private static long Milliseconds(DateTimeOffset time) => time == default ? 0 : time.ToUnixTimeMilliseconds();

    private static DateTimeOffset Time(SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private SqliteCommand Prepare(SqliteTransaction transaction, string text, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        foreach (var parameter in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = "$" + parameter });
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }

    private object? Scalar(string query)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = query;
        return command.ExecuteScalar();
    }

    private void Execute(string text)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private IOException Unusable(Exception e) => new($"the open alerts {_file} cannot be used: {e.Message}", e);
}
