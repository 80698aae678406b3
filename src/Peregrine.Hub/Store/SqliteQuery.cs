using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Peregrine.Hub.Store;

/// <summary>Makes the SQL of a query; everything that a person typed is a parameter.</summary>
internal static class SqliteQuery
{
    public static SqliteCommand Select(SqliteConnection connection, string columns, AlertQuery query)
    {
        var command = connection.CreateCommand();
        var conditions = new List<string>();
        if (query.Priorities.Count > 0) conditions.Add($"priority IN ({string.Join(',', query.Priorities.Select(p => ((int)p).ToString(CultureInfo.InvariantCulture)))})");
        AnyName(command, conditions, "rule IN ({0})", query.Rules);
        AnyName(command, conditions, "source IN ({0})", query.Sources);
        AnyName(command, conditions, "hostname IN ({0})", query.Hostnames);
        AnyName(command, conditions, "sequence IN (SELECT sequence FROM tag WHERE tag IN ({0}))", query.Tags);
        if (query.Since is { } since) Time(command, conditions, "time >= ", since);
        if (query.Until is { } until) Time(command, conditions, "time < ", until);
        if (query.Text.Length > 0)
        {
            conditions.Add("output LIKE $text ESCAPE '\\'");
            command.Parameters.AddWithValue("$text", "%" + query.Text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%");
        }
        command.CommandText = $"SELECT {columns} FROM alert{(conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions))}";
        return command;
    }

    private static void AnyName(SqliteCommand command, List<string> conditions, string format, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        var parameters = names.Select(n => Add(command, n)).ToList();
        conditions.Add(string.Format(CultureInfo.InvariantCulture, format, $"SELECT id FROM name WHERE text IN ({string.Join(',', parameters)})"));
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
