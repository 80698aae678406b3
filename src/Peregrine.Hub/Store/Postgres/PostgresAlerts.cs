using System.Data;
using Npgsql;

namespace Peregrine.Hub.Store.Postgres;

/// <summary>The shared store's alerts as one question sees them: in a transaction, so that what comes and goes meanwhile changes nothing.</summary>
internal sealed class PostgresAlerts : ITalliedAlerts, IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly long[] _tagSets;

    private PostgresAlerts(NpgsqlConnection connection, NpgsqlTransaction transaction, long[] tagSets) => (_connection, _transaction, _tagSets) = (connection, transaction, tagSets);

    /// <param name="connection">Where it is asked; free again when this is disposed of.</param>
    /// <param name="query">What will be asked.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async ValueTask<PostgresAlerts> BeginAsync(NpgsqlConnection connection, AlertQuery query, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        if (query.Tags.Count == 0) return new PostgresAlerts(connection, transaction, []);
        await using var command = PostgresQuery.TagSets(connection, query.Tags);
        return new PostgresAlerts(connection, transaction, (long[])(await command.ExecuteScalarAsync(cancellation))!);
    }

    public ValueTask<IReadOnlyList<TalliedHour>> HoursAsync(AlertQuery query, CancellationToken cancellation) => AllAsync(PostgresQuery.Hours(_connection, query, _tagSets), static row => new TalliedHour(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancellation);

    public ValueTask<IReadOnlyList<byte[]>> FindAsync(AlertQuery query, CancellationToken cancellation) => AllAsync(PostgresQuery.Search(_connection, query, _tagSets), static row => row.GetFieldValue<byte[]>(0), cancellation);

    public async ValueTask<long> CountAsync(AlertQuery query, CancellationToken cancellation) => (await AllAsync(PostgresQuery.Count(_connection, query, _tagSets), static row => row.GetInt64(0), cancellation))[0];

    public ValueTask DisposeAsync() => _transaction.DisposeAsync();

    private static async ValueTask<IReadOnlyList<T>> AllAsync<T>(NpgsqlCommand asked, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await using var command = asked;
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var found = new List<T>();
        while (await rows.ReadAsync(cancellation)) found.Add(read(rows));
        return found;
    }
}
