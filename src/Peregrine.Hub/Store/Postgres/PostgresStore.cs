using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace Peregrine.Hub.Store.Postgres;

/// <summary>
/// The store of several hubs: a PostgreSQL database. An alert is kept under its identity, so that a group may be brought again after a crash, and how far the journal was read is kept beside the journal and not in the
/// database: the hub starts without it, and a database that was brought back from a copy changes nothing. Opening contacts nobody.
/// </summary>
public sealed class PostgresStore : IAlertStore
{
    private const long PruneLock = 0x7065_7265_6772_6970;
    private const int PruneStep = 2000;

    // Groups and steps of retention take a moment; what takes this long has no answer.
    private const int LongestCommandSeconds = 60;

    private readonly NpgsqlDataSource _source;
    private readonly StoredPosition _position;
    private readonly string _hub;
    private readonly long _hubId;
    private readonly KnownNames _names = new();
    private volatile bool _isPrepared;

    private PostgresStore(NpgsqlDataSource source, string name, string hub, StoredPosition position) => (_source, Description, _hub, _hubId, _position) = (source, "PostgreSQL at " + name, hub, NameId.Of(hub), position);

    public string Description { get; }

    /// <param name="address">The database.</param>
    /// <param name="authorities">Trusted where the address names no authority of its own; empty for the system's.</param>
    /// <param name="hub">The name that this hub's alerts are found under.</param>
    /// <param name="positionFile">Where the number behind the last stored record is kept.</param>
    public static PostgresStore Open(PostgresAddress address, X509Certificate2Collection authorities, string hub, string positionFile) => new(Connect(address, authorities), address.Name, hub, new StoredPosition(positionFile));

    /// <summary>Finds out what a start would meet, and changes nothing.</summary>
    /// <returns>The server's version.</returns>
    /// <exception cref="IOException">The database cannot be used.</exception>
    public static async ValueTask<string> ProbeAsync(PostgresAddress address, X509Certificate2Collection authorities, CancellationToken cancellation)
    {
        await using var store = Open(address, authorities, "", "");
        return await store.AskAsync(async connection =>
        {
            await PostgresSchema.IsThereAsync(connection, cancellation);
            return connection.ServerVersion;
        }, cancellation);
    }

    public ValueTask PrepareAsync(CancellationToken cancellation) => _isPrepared ? ValueTask.CompletedTask : new ValueTask(AskAsync(connection => new ValueTask<int>(0), cancellation, prepare: true).AsTask());

    public ValueTask<long> ReadPositionAsync(CancellationToken cancellation) => ValueTask.FromResult(_position.Read());

    public async ValueTask AddAsync(IReadOnlyList<StoredAlert> alerts, long position, CancellationToken cancellation)
    {
        if (alerts.Count > 0)
        {
            try
            {
                await AskAsync(async connection =>
                {
                    _names.Name(_hub);
                    await using var group = PostgresGroup.Insert(connection, alerts, _names, _hubId);
                    await group.ExecuteNonQueryAsync(cancellation);
                    _names.Written();
                    return 0;
                }, cancellation, prepare: true);
            }
            catch
            {
                // It may come back as another one: with other tables, without the names that were written.
                _isPrepared = false;
                _names.Clear();
                throw;
            }
        }
        _position.Write(position);
    }

    public ValueTask<IReadOnlyList<byte[]>> SearchAsync(AlertQuery query, CancellationToken cancellation) => SeeAsync(query, alerts => TalliedSearch.FindAsync(alerts, query, cancellation), cancellation);

    public ValueTask<long> CountAsync(AlertQuery query, CancellationToken cancellation) => SeeAsync(query, alerts => TalliedSearch.CountAsync(alerts, query, cancellation), cancellation);

    public async ValueTask<long> PruneAsync(DateTimeOffset? before, long maxBytes, CancellationToken cancellation)
    {
        // Small steps, so that nobody is held up for long.
        long removed = 0;
        while (await AskAsync(connection => RemoveAsync(connection, before, maxBytes, cancellation), cancellation, prepare: true) is > 0 and var count) removed += count;
        if (removed > 0)
        {
            await AskAsync(async connection =>
            {
                await using var empty = PostgresGroup.RemoveEmpty(connection);
                return await empty.ExecuteNonQueryAsync(cancellation);
            }, cancellation);
        }
        return removed;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async ValueTask<long> RemoveAsync(NpgsqlConnection connection, DateTimeOffset? before, long maxBytes, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // One hub at a time: what another is removing is not removed here again, and not more than has to go.
        await using var ask = new NpgsqlCommand($"SELECT pg_try_advisory_xact_lock({PruneLock.ToString(CultureInfo.InvariantCulture)})", connection);
        if (await ask.ExecuteScalarAsync(cancellation) is not true) return 0;
        ask.CommandText = "SELECT coalesce(sum(bytes), 0)::bigint FROM peregrine_tally";
        var tooLarge = maxBytes > 0 && (long)(await ask.ExecuteScalarAsync(cancellation))! > maxBytes;
        if (before is null && !tooLarge) return 0;
        await using var remove = PostgresGroup.Remove(connection, tooLarge ? long.MaxValue : PostgresQuery.Nanoseconds(before!.Value), PruneStep);
        var count = (long)(await remove.ExecuteScalarAsync(cancellation))!;
        await transaction.CommitAsync(cancellation);
        return count;
    }

    private ValueTask<T> SeeAsync<T>(AlertQuery query, Func<ITalliedAlerts, ValueTask<T>> see, CancellationToken cancellation) => AskAsync(async connection =>
    {
        await using var alerts = await PostgresAlerts.BeginAsync(connection, query, cancellation);
        return await see(alerts);
    }, cancellation, prepare: true);

    private async ValueTask<T> AskAsync<T>(Func<NpgsqlConnection, ValueTask<T>> ask, CancellationToken cancellation, bool prepare = false)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellation);
            if (prepare && !_isPrepared)
            {
                await PostgresSchema.PrepareAsync(connection, cancellation);
                _isPrepared = true;
            }
            return await ask(connection);
        }
        catch (Exception e) when (PostgresFailure.Describe(e) is { } reason)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new IOException($"the store, {Description}, cannot be used: {reason}", e);
        }
    }

    private static NpgsqlDataSource Connect(PostgresAddress address, X509Certificate2Collection authorities)
    {
        var connection = address.ToConnection();
        if (connection.ApplicationName is null) connection.ApplicationName = "peregrine-hub";
        connection.CommandTimeout = LongestCommandSeconds;
        // One for the filler, the others for people; a search may take half a minute.
        connection.MaxPoolSize = 10;
        connection.TcpKeepAlive = true;
        var builder = new NpgsqlSlimDataSourceBuilder(connection.ConnectionString);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        if (!address.HasAuthority && authorities.Count > 0) builder.UseRootCertificates(authorities);
        return builder.Build();
    }
}
