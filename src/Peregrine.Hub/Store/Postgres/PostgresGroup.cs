using Npgsql;
using NpgsqlTypes;

namespace Peregrine.Hub.Store.Postgres;

/// <summary>A group of alerts as one batch of statements, which the database does as one transaction. What is there already stays. All hubs write in one order, so that two with the same alerts never wait for each other in a ring.</summary>
internal static class PostgresGroup
{
    // About what a row costs beside its texts, with its places in the indexes.
    internal const string RowBytes = "320 + octet_length(output) + octet_length(json)";

    // What a changed row is counted by.
    private const string Tallied = $"time / {Hour} AS hour, hub, rule, source, hostname, tags, priority, {RowBytes} AS bytes";
    private const string Hour = "3600000000000";

    private const string InsertAlerts = $"""
        WITH changed AS (
            INSERT INTO peregrine_alert (id, time, rule, source, hostname, tags, hub, priority, output, json)
            SELECT id, time, rule, source, hostname, tags, $8, priority, output, json
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $9, $10) AS g (id, time, rule, source, hostname, tags, priority, output, json)
            ON CONFLICT (id) DO NOTHING
            RETURNING {Tallied})
        """;

    private const string DeleteOldest = $"""
        WITH oldest AS (SELECT id AS old FROM peregrine_alert WHERE time < $1 ORDER BY time, id LIMIT $2),
            changed AS (DELETE FROM peregrine_alert USING oldest WHERE id = old RETURNING {Tallied}),
        """;

    public static NpgsqlBatch Insert(NpgsqlConnection connection, IReadOnlyList<StoredAlert> alerts, KnownNames names, long hub)
    {
        var sorted = alerts.OrderBy(a => a.Alert.Id).ToList();
        T[] Column<T>(Func<StoredAlert, T> value) => [.. sorted.Select(value)];
        var add = new NpgsqlBatchCommand($"{InsertAlerts} {Count("")}")
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = Column(a => a.Alert.Id) },
                new NpgsqlParameter<long[]> { TypedValue = Column(a => a.Alert.UnixNanoseconds) },
                new NpgsqlParameter<long[]> { TypedValue = Column(a => names.Name(a.Alert.Rule)) },
                new NpgsqlParameter<long[]> { TypedValue = Column(a => names.Name(a.Alert.Source)) },
                new NpgsqlParameter<long[]> { TypedValue = Column(a => names.Name(a.Alert.Hostname)) },
                new NpgsqlParameter<long[]> { TypedValue = Column(a => names.TagSet(a.Alert.Tags)) },
                new NpgsqlParameter<short[]> { TypedValue = Column(a => (short)a.Alert.Priority) },
                new NpgsqlParameter<long> { TypedValue = hub },
                new NpgsqlParameter<string[]> { TypedValue = Column(a => DatabaseText.Of(a.Alert.Output)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new NpgsqlParameter<byte[][]> { TypedValue = Column(a => a.Json), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
            },
        };
        var batch = new NpgsqlBatch(connection);
        var (newNames, newTags) = (names.NewNames.ToList(), names.NewTags.ToList());
        if (newNames.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO peregrine_name (id, text) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING")
            {
                Parameters =
                {
                    new NpgsqlParameter<long[]> { TypedValue = [.. newNames.Select(n => n.Id)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. newNames.Select(n => DatabaseText.Of(n.Text))], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                },
            });
        }
        if (newTags.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO peregrine_tag (tag, tagset) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING")
            {
                Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. newTags.Select(t => t.Tag)] }, new NpgsqlParameter<long[]> { TypedValue = [.. newTags.Select(t => t.TagSet)] } },
            });
        }
        batch.BatchCommands.Add(add);
        return batch;
    }

    /// <summary>Removes the oldest; the answer is how many.</summary>
    public static NpgsqlCommand Remove(NpgsqlConnection connection, long beforeTime, int most) => new($"{DeleteOldest} counted AS ({Count("-")}) SELECT count(*) FROM changed", connection)
    {
        Parameters = { new NpgsqlParameter<long> { TypedValue = beforeTime }, new NpgsqlParameter<int> { TypedValue = most } },
    };

    /// <summary>Removes from the tally what is no more, but for what another hub changes at this moment.</summary>
    public static NpgsqlCommand RemoveEmpty(NpgsqlConnection connection) =>
        new("DELETE FROM peregrine_tally WHERE ctid = ANY(ARRAY(SELECT ctid FROM peregrine_tally WHERE alerts = 0 FOR UPDATE SKIP LOCKED))", connection);

    // In one order as well, since retention changes the counts of other hubs' alerts.
    private static string Count(string sign) => $"""
        INSERT INTO peregrine_tally AS t ({PostgresSchema.TallyKey}, alerts, bytes)
        SELECT {PostgresSchema.TallyKey}, {sign}count(*), {sign}sum(bytes) FROM changed GROUP BY {PostgresSchema.TallyKey} ORDER BY {PostgresSchema.TallyKey}
        ON CONFLICT ({PostgresSchema.TallyKey}) DO UPDATE SET alerts = t.alerts + excluded.alerts, bytes = t.bytes + excluded.bytes
        """;
}
