namespace Peregrine.Hub.Destinations.Database;

/// <summary>Names of tables and columns in PostgreSQL. They stand in quotes, so nothing in them is read as SQL; in lower case, since that is what the database makes of names without quotes.</summary>
internal static class SqlName
{
    public static string Quote(string name) => $"\"{name.ToLowerInvariant().Replace("\"", "\"\"", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal)}\"";

    /// <summary>A table, with its schema where there is a point.</summary>
    public static string Table(string name) => string.Join('.', name.Split('.').Select(Quote));
}
