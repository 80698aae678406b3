using Microsoft.Data.Sqlite;

namespace Peregrine.Hub.Store;

/// <summary>The embedded store's alerts as one question sees them: over a connection of its own, in a transaction, so that what comes and goes meanwhile changes nothing.</summary>
internal sealed class SqliteAlerts : ITalliedAlerts, IDisposable
{
    // Steps of SQLite's machine, about ten for a row that a search passes over.
    private const int StepsBetweenLooks = 200;

    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;

    public SqliteAlerts(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        _transaction = _connection.BeginTransaction(deferred: true);
    }

    public void Dispose()
    {
        _transaction.Dispose();
        _connection.Dispose();
    }

    public ValueTask<IReadOnlyList<TalliedHour>> HoursAsync(AlertQuery query, CancellationToken cancellation) => ValueTask.FromResult(All(SqliteQuery.Hours(_connection, query), static row => new TalliedHour(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancellation));

    public ValueTask<IReadOnlyList<byte[]>> FindAsync(AlertQuery query, CancellationToken cancellation) => ValueTask.FromResult(All(SqliteQuery.Search(_connection, query), static row => row.GetFieldValue<byte[]>(0), cancellation));

    public ValueTask<long> CountAsync(AlertQuery query, CancellationToken cancellation) => ValueTask.FromResult(All(SqliteQuery.Count(_connection, query), static row => row.GetInt64(0), cancellation)[0]);

    // A question may have to read all that is stored; it ends when nobody waits for it any more.
    private IReadOnlyList<T> All<T>(SqliteCommand asked, Func<SqliteDataReader, T> read, CancellationToken cancellation)
    {
        using var command = asked;
        command.Transaction = _transaction;
        // Asked while the question runs: an interruption from outside is lost when it comes a moment before the question begins.
        SQLitePCL.raw.sqlite3_progress_handler(_connection.Handle, StepsBetweenLooks, _ => cancellation.IsCancellationRequested ? 1 : 0, null);
        try
        {
            cancellation.ThrowIfCancellationRequested();
            using var rows = command.ExecuteReader();
            var found = new List<T>();
            while (rows.Read()) found.Add(read(rows));
            return found;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_INTERRUPT)
        {
            throw new OperationCanceledException("the search was ended", e, cancellation);
        }
        finally
        {
            // The connection goes back to others.
            SQLitePCL.raw.sqlite3_progress_handler(_connection.Handle, 0, (SQLitePCL.delegate_progress?)null, null);
        }
    }
}
