using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Peregrine.Hub.Store;

/// <summary>
/// Makes the SQL of a query; everything that a person typed is a parameter. One rule or one host is looked up by its own index, which is in the order of time; several of them, and all else, by a walk over the index by
/// time, which ends when enough was found: sorting what many names give would read all of them first.
/// </summary>
internal static class SqliteQuery
{
    /// <summary>The JSON of what matches, newest first.</summary>
    public static SqliteCommand Search(SqliteConnection connection, AlertQuery query)
    {
        var command = connection.CreateCommand();
        // The inner query goes over an index alone; rows are read only for what is shown.
        var found = $"SELECT sequence FROM alert{Conditions(command, query)} ORDER BY time DESC, sequence DESC LIMIT {Add(command, query.Limit)} OFFSET {Add(command, query.Offset)}";
        command.CommandText = $"SELECT json FROM alert WHERE sequence IN ({found}) ORDER BY time DESC, sequence DESC";
        return command;
    }

    public static SqliteCommand Count(SqliteConnection connection, AlertQuery query)
    {
        var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM alert" + Conditions(command, query);
        return command;
    }

    /// <summary>The hours with all their alerts and those that match, by the tally.</summary>
    public static SqliteCommand Hours(SqliteConnection connection, AlertQuery query)
    {
        var command = connection.CreateCommand();
        var (names, hours) = (new List<string>(), new List<string>());
        AddNames(command, names, query);
        if (query.Since is { } since) hours.Add("hour >= " + Add(command, TalliedHour.Of(since)));
        if (query.Until is { } until) hours.Add("hour <= " + Add(command, TalliedHour.Of(until)));
        command.CommandText = $"SELECT hour, sum(alerts), sum({(names.Count == 0 ? "alerts" : $"CASE WHEN {string.Join(" AND ", names)} THEN alerts ELSE 0 END")}) FROM tally{Where(hours)} GROUP BY hour ORDER BY hour DESC";
        return command;
    }

    private static string Conditions(SqliteCommand command, AlertQuery query)
    {
        var conditions = new List<string>();
        AddNames(command, conditions, query);
        if (query.Since is { } since) Time(command, conditions, "time >= ", since);
        if (query.Until is { } until) Time(command, conditions, "time < ", until);
        if (query.Text.Length > 0)
        {
            var text = query.Text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
            conditions.Add($"output LIKE {Add(command, $"%{text}%")} ESCAPE '\\'");
        }
        return Where(conditions);
    }

    private static string Where(List<string> conditions) => conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);

    private static void AddNames(SqliteCommand command, List<string> conditions, AlertQuery query)
    {
        if (query.Priorities.Count > 0) conditions.Add($"priority IN ({string.Join(',', query.Priorities.Select(p => ((int)p).ToString(CultureInfo.InvariantCulture)))})");
        AnyName(command, conditions, "rule", query.Rules);
        AnyName(command, conditions, "hostname", query.Hostnames);
        AnyName(command, conditions, "+source", query.Sources);
        if (query.Tags.Count > 0) conditions.Add($"+tags IN (SELECT tagset FROM tag WHERE tag IN ({Names(command, query.Tags)}))");
    }

    // A plus keeps SQLite from the column's index.
    private static void AnyName(SqliteCommand command, List<string> conditions, string column, IReadOnlyList<string> names)
    {
        if (names.Count == 1) conditions.Add($"{column} = ({Names(command, names)})");
        else if (names.Count > 1) conditions.Add($"+{column} IN ({Names(command, names)})");
    }

    private static string Names(SqliteCommand command, IReadOnlyList<string> names)
    {
        var parameters = names.Select(n => Add(command, n)).ToList();
        return $"SELECT id FROM name WHERE text IN ({string.Join(',', parameters)})";
    }

    private static void Time(SqliteCommand command, List<string> conditions, string comparison, DateTimeOffset time) =>
        conditions.Add(comparison + Add(command, time.ToUnixTimeMilliseconds() * 1_000_000));

    private static string Add(SqliteCommand command, object value)
    {
        var name = "$p" + command.Parameters.Count.ToString(CultureInfo.InvariantCulture);
        command.Parameters.AddWithValue(name, value);
        return name;
    }
}
