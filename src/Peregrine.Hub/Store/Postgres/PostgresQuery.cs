using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Peregrine.Hub.Store.Postgres;

/// <summary>Makes the SQL of a query; everything that a person typed is a parameter.</summary>
internal static class PostgresQuery
{
    /// <summary>The JSON of what matches, newest first.</summary>
    /// <param name="connection">Where it is asked.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="tagSets">The sets that have one of the query's tags.</param>
    public static NpgsqlCommand Search(NpgsqlConnection connection, AlertQuery query, long[] tagSets)
    {
        var command = new NpgsqlCommand { Connection = connection, CommandTimeout = 0 };
        // The inner query goes over an index alone; rows are read only for what is shown.
        var found = $"SELECT id, time FROM peregrine_alert{Conditions(command, query, tagSets)} ORDER BY time DESC, id DESC LIMIT {Add(command, query.Limit)} OFFSET {Add(command, query.Offset)}";
        command.CommandText = $"SELECT a.json FROM ({found}) f JOIN peregrine_alert a ON a.id = f.id ORDER BY f.time DESC, f.id DESC";
        return command;
    }

    public static NpgsqlCommand Count(NpgsqlConnection connection, AlertQuery query, long[] tagSets)
    {
        var command = new NpgsqlCommand { Connection = connection, CommandTimeout = 0 };
        command.CommandText = "SELECT count(*) FROM peregrine_alert" + Conditions(command, query, tagSets);
        return command;
    }

    /// <summary>The hours with all their alerts and those that match, by the tally.</summary>
    public static NpgsqlCommand Hours(NpgsqlConnection connection, AlertQuery query, long[] tagSets)
    {
        var command = new NpgsqlCommand { Connection = connection, CommandTimeout = 0 };
        var (names, hours) = (Names(command, query, tagSets), new List<string>());
        if (query.Since is { } since) hours.Add("hour >= " + Add(command, TalliedHour.Of(since)));
        if (query.Until is { } until) hours.Add("hour <= " + Add(command, TalliedHour.Of(until)));
        var filter = names.Count == 0 ? "" : $" FILTER (WHERE {string.Join(" AND ", names)})";
        command.CommandText = $"SELECT hour, sum(alerts)::bigint, coalesce(sum(alerts){filter}, 0)::bigint FROM peregrine_tally{Where(hours)} GROUP BY hour HAVING sum(alerts) > 0 ORDER BY hour DESC";
        return command;
    }

    /// <summary>The sets that have one of these tags. They are asked for first, since their number tells the planner which index is the better one.</summary>
    public static NpgsqlCommand TagSets(NpgsqlConnection connection, IReadOnlyList<string> tags)
    {
        var command = new NpgsqlCommand { Connection = connection };
        command.CommandText = $"SELECT coalesce(array_agg(DISTINCT tagset), '{{}}') FROM peregrine_tag WHERE tag = ANY({Add(command, Ids(tags))})";
        return command;
    }

    private static string Conditions(NpgsqlCommand command, AlertQuery query, long[] tagSets)
    {
        var conditions = Names(command, query, tagSets);
        if (query.Since is { } since) conditions.Add("time >= " + Add(command, Nanoseconds(since)));
        if (query.Until is { } until) conditions.Add("time < " + Add(command, Nanoseconds(until)));
        if (query.Text.Length > 0)
        {
            var text = DatabaseText.Of(query.Text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
            conditions.Add($"output ILIKE {Add(command, $"%{text}%")}");
        }
        return Where(conditions);
    }

    private static string Where(List<string> conditions) => conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);

    private static List<string> Names(NpgsqlCommand command, AlertQuery query, long[] tagSets)
    {
        var conditions = new List<string>();
        if (query.Priorities.Count > 0) conditions.Add($"priority IN ({string.Join(',', query.Priorities.Select(p => ((int)p).ToString(CultureInfo.InvariantCulture)))})");
        void AnyName(string column, IReadOnlyList<string> names)
        {
            if (names.Count > 0) conditions.Add($"{column} = ANY({Add(command, Ids(names))})");
        }
        AnyName("rule", query.Rules);
        AnyName("hostname", query.Hostnames);
        AnyName("source", query.Sources);
        AnyName("hub", query.Hubs);
        if (query.Tags.Count > 0) conditions.Add($"tags = ANY({Add(command, tagSets)})");
        return conditions;
    }

    internal static long Nanoseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() * 1_000_000;

    private static long[] Ids(IReadOnlyList<string> names) => [.. names.Select(NameId.Of)];

    private static string Add<T>(NpgsqlCommand command, T value)
    {
        var parameter = new NpgsqlParameter<T> { TypedValue = value };
        if (value is string) parameter.NpgsqlDbType = NpgsqlDbType.Text;
        command.Parameters.Add(parameter);
        return "$" + command.Parameters.Count.ToString(CultureInfo.InvariantCulture);
    }
}
