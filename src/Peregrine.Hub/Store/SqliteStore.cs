using Microsoft.Data.Sqlite;

namespace Peregrine.Hub.Store;

/// <summary>
/// The embedded store: one SQLite file with a write-ahead log. Names (rules, sources, hosts, tags) are kept once, and so are sets of tags, of which there are about as many as rules; an alert's row holds their numbers and
/// the alert's JSON. The primary key is the number in the journal, which makes adding again harmless, and an identity is kept once. The index by time holds all that can be asked for but the text, so that no question but that
/// reads the rows; the tally has the numbers of whole hours.
/// </summary>
public sealed class SqliteStore : IAlertStore
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
        CREATE TABLE IF NOT EXISTS alert (
            sequence INTEGER PRIMARY KEY, id BLOB NOT NULL, time INTEGER NOT NULL, priority INTEGER NOT NULL, rule INTEGER NOT NULL, source INTEGER NOT NULL, hostname INTEGER NOT NULL, tags INTEGER NOT NULL, output TEXT NOT NULL, json BLOB NOT NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS alert_id ON alert (id);
        CREATE INDEX IF NOT EXISTS alert_time ON alert (time, sequence, priority, rule, source, hostname, tags);
        CREATE INDEX IF NOT EXISTS alert_rule ON alert (rule, time);
        CREATE INDEX IF NOT EXISTS alert_hostname ON alert (hostname, time);
        CREATE TABLE IF NOT EXISTS tally (
            hour INTEGER NOT NULL, priority INTEGER NOT NULL, rule INTEGER NOT NULL, source INTEGER NOT NULL, hostname INTEGER NOT NULL, tags INTEGER NOT NULL, alerts INTEGER NOT NULL,
            PRIMARY KEY (hour, priority, rule, source, hostname, tags)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS tagset (id INTEGER PRIMARY KEY, tags TEXT NOT NULL UNIQUE);
        CREATE TABLE IF NOT EXISTS tag (tag INTEGER NOT NULL, tagset INTEGER NOT NULL, PRIMARY KEY (tag, tagset)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS position (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL);
        """;

    // The layout of the tables; a file of another one is refused.
    private const long Layout = 3;

    private readonly string _connectionString;
    private readonly string _hub;
    private readonly SqliteConnection _writer;
    private readonly Dictionary<string, long> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _tagSets = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writing = new(1);

    private SqliteStore(string file, string hub, string connectionString, SqliteConnection writer) => (Description, _hub, _connectionString, _writer) = ("SQLite in " + file, hub, connectionString, writer);

    public string Description { get; }

    /// <param name="file">The database; made if it is not there.</param>
    /// <param name="hub">The hub's name: all alerts are its own.</param>
    /// <exception cref="IOException">The file cannot be used.</exception>
    public static SqliteStore Open(string file, string hub = "")
    {
        SqliteLibrary.Load();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var connectionString = new SqliteConnectionStringBuilder { DataSource = file }.ToString();
        var writer = new SqliteConnection(connectionString);
        try
        {
            writer.Open();
            // A row that a power cut costs is read from the journal again, so the log need not be synced for each group; and it may grow to 32 MB, in which the same pages of an index are written many times.
            Execute(writer, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 8192; PRAGMA busy_timeout = 10000;");
            var layout = Number(writer, "PRAGMA user_version");
            if (layout != Layout && Number(writer, "SELECT count(*) FROM sqlite_master") > 0) throw new IOException($"the store {file} has a layout (number {layout}) that this version of the hub does not read: move the file away");
            Execute(writer, Schema + $"PRAGMA user_version = {Layout};");
        }
        catch (SqliteException e)
        {
            writer.Dispose();
            throw new IOException($"the store {file} cannot be used: {e.Message}", e);
        }
        catch (IOException)
        {
            writer.Dispose();
            throw;
        }
        var store = new SqliteStore(file, hub, connectionString, writer);
        store.LoadNames();
        return store;
    }

    public ValueTask PrepareAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask<long> ReadPositionAsync(CancellationToken cancellation)
    {
        using var command = _writer.CreateCommand();
        command.CommandText = "SELECT sequence FROM position WHERE id = 1";
        return ValueTask.FromResult(command.ExecuteScalar() is long sequence ? sequence : 0);
    }

    public async ValueTask AddAsync(IReadOnlyList<StoredAlert> alerts, long position, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            using var transaction = _writer.BeginTransaction();
            using var insert = Prepare(transaction, "INSERT OR IGNORE INTO alert VALUES ($sequence, $id, $time, $priority, $rule, $source, $hostname, $tags, $output, $json)",
                "$sequence", "$id", "$time", "$priority", "$rule", "$source", "$hostname", "$tags", "$output", "$json");
            var added = new Dictionary<TallyKey, long>();
            foreach (var (sequence, alert, json) in alerts)
            {
                var key = new TallyKey(alert.UnixNanoseconds / TalliedHour.Nanoseconds, (long)alert.Priority, Name(alert.Rule, transaction), Name(alert.Source, transaction), Name(alert.Hostname, transaction), TagSet(alert.Tags, transaction));
                Set(insert, sequence, alert.Id.ToByteArray(bigEndian: true), alert.UnixNanoseconds, key.Priority, key.Rule, key.Source, key.Hostname, key.Tags, alert.Output, json);
                if (insert.ExecuteNonQuery() > 0) Count(added, key);
            }
            Tally(transaction, added, "+");
            using var mark = Prepare(transaction, "INSERT INTO position VALUES (1, $sequence) ON CONFLICT (id) DO UPDATE SET sequence = $sequence", "$sequence");
            Set(mark, position);
            mark.ExecuteNonQuery();
            transaction.Commit();
        }
        catch (SqliteException e)
        {
            // Names that the failed transaction made are not there.
            LoadNames();
            throw new IOException("the store cannot be written: " + e.Message, e);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask<IReadOnlyList<byte[]>> SearchAsync(AlertQuery query, CancellationToken cancellation)
    {
        if (IsElsewhere(query)) return [];
        using var alerts = new SqliteAlerts(_connectionString);
        return await TalliedSearch.FindAsync(alerts, query, cancellation);
    }

    public async ValueTask<long> CountAsync(AlertQuery query, CancellationToken cancellation)
    {
        if (IsElsewhere(query)) return 0;
        using var alerts = new SqliteAlerts(_connectionString);
        return await TalliedSearch.CountAsync(alerts, query, cancellation);
    }

    // Alerts of other hubs are not here.
    private bool IsElsewhere(AlertQuery query) => query.Hubs.Count > 0 && !query.Hubs.Contains(_hub);

    public async ValueTask<long> PruneAsync(DateTimeOffset? before, long maxBytes, CancellationToken cancellation)
    {
        // Small steps, so that adding is never held up for long.
        const int Step = 2000;
        long removed = 0;
        while (!cancellation.IsCancellationRequested)
        {
            await _writing.WaitAsync(cancellation);
            try
            {
                var tooLarge = maxBytes > 0 && Bytes() > maxBytes;
                if (before is null && !tooLarge) break;
                var limit = tooLarge ? long.MaxValue : before!.Value.ToUnixTimeMilliseconds() * 1_000_000;
                var count = Remove(limit, Step);
                removed += count;
                if (count > 0) Execute(_writer, "PRAGMA incremental_vacuum(4000)");
                if (count == 0) break;
            }
            finally
            {
                _writing.Release();
            }
        }
        return removed;
    }

    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        _writing.Dispose();
        return ValueTask.CompletedTask;
    }

    private long Remove(long beforeTime, int most)
    {
        using var transaction = _writer.BeginTransaction();
        const string Oldest = "SELECT sequence FROM alert WHERE time < $time ORDER BY time LIMIT $most";
        using var alerts = Prepare(transaction, $"DELETE FROM alert WHERE sequence IN ({Oldest}) RETURNING time, priority, rule, source, hostname, tags", "$time", "$most");
        Set(alerts, beforeTime, (long)most);
        var removed = new Dictionary<TallyKey, long>();
        using (var rows = alerts.ExecuteReader())
        {
            while (rows.Read()) Count(removed, new TallyKey(rows.GetInt64(0) / TalliedHour.Nanoseconds, rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3), rows.GetInt64(4), rows.GetInt64(5)));
        }
        Tally(transaction, removed, "-");
        using var empty = Prepare(transaction, "DELETE FROM tally WHERE hour = $hour AND alerts = 0", "$hour");
        foreach (var hour in removed.Keys.Select(k => k.Hour).Distinct())
        {
            Set(empty, hour);
            empty.ExecuteNonQuery();
        }
        transaction.Commit();
        return removed.Values.Sum();
    }

    private static void Count(Dictionary<TallyKey, long> counts, TallyKey key) => System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;

    private void Tally(SqliteTransaction transaction, Dictionary<TallyKey, long> counts, string sign)
    {
        using var tally = Prepare(transaction, $"INSERT INTO tally VALUES ($hour, $priority, $rule, $source, $hostname, $tags, $alerts) ON CONFLICT DO UPDATE SET alerts = alerts {sign} excluded.alerts",
            "$hour", "$priority", "$rule", "$source", "$hostname", "$tags", "$alerts");
        foreach (var (key, count) in counts)
        {
            Set(tally, key.Hour, key.Priority, key.Rule, key.Source, key.Hostname, key.Tags, count);
            tally.ExecuteNonQuery();
        }
    }

    // Pages that hold something: the file itself only shrinks as far as its end is free.
    private long Bytes() => Number(_writer, "SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s");

    private long Name(string text, SqliteTransaction transaction)
    {
        if (_names.TryGetValue(text, out var id)) return id;
        using var command = Prepare(transaction, "INSERT INTO name (text) VALUES ($text) RETURNING id", "$text");
        Set(command, text);
        return _names[text] = (long)command.ExecuteScalar()!;
    }

    private long TagSet(IReadOnlyList<string> tags, SqliteTransaction transaction)
    {
        var key = string.Join('\n', tags);
        if (_tagSets.TryGetValue(key, out var id)) return id;
        using var command = Prepare(transaction, "INSERT INTO tagset (tags) VALUES ($tags) RETURNING id", "$tags");
        Set(command, key);
        id = (long)command.ExecuteScalar()!;
        using var member = Prepare(transaction, "INSERT OR IGNORE INTO tag VALUES ($tag, $tagset)", "$tag", "$tagset");
        foreach (var tag in tags)
        {
            Set(member, Name(tag, transaction), id);
            member.ExecuteNonQuery();
        }
        return _tagSets[key] = id;
    }

    private void LoadNames()
    {
        Load("SELECT id, text FROM name", _names);
        Load("SELECT id, tags FROM tagset", _tagSets);
    }

    private void Load(string query, Dictionary<string, long> names)
    {
        names.Clear();
        using var command = _writer.CreateCommand();
        command.CommandText = query;
        using var rows = command.ExecuteReader();
        while (rows.Read()) names[rows.GetString(1)] = rows.GetInt64(0);
    }

    private SqliteCommand Prepare(SqliteTransaction transaction, string text, params ReadOnlySpan<string> parameters)
    {
        var command = _writer.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        foreach (var parameter in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        return command;
    }

    private static void Set(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
    }

    private static long Number(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
