using System.Globalization;
using Npgsql;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Store.Postgres;

/// <summary>
/// A database as its users write it: <c>postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full</c>. Parts may be percent-encoded, several hosts stand behind each other with commas, and <c>host=/folder</c> among
/// the parameters is a Unix socket.
/// </summary>
public sealed class PostgresAddress
{
    private const int DefaultPort = 5432;

    private static readonly string[] Schemes = ["postgres://", "postgresql://"];
    private static readonly Dictionary<string, SslMode> SslModes = new(StringComparer.Ordinal)
    {
        ["disable"] = SslMode.Disable,
        ["allow"] = SslMode.Allow,
        ["prefer"] = SslMode.Prefer,
        ["require"] = SslMode.Require,
        ["verify-ca"] = SslMode.VerifyCA,
        ["verify-full"] = SslMode.VerifyFull,
    };

    private static readonly string[] SessionKinds = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"];

    private readonly NpgsqlConnectionStringBuilder _connection;

    private PostgresAddress(NpgsqlConnectionStringBuilder connection, string name) => (_connection, Name) = (connection, name);

    /// <summary>Hosts and database, without user and password.</summary>
    public string Name { get; }

    /// <summary>The password that the address holds; null for none.</summary>
    public string? Password => _connection.Password;

    /// <summary>Whether the address names the authority of the server's certificate.</summary>
    public bool HasAuthority => _connection.RootCertificate is not null;

    public static bool IsAddress(string text) => Schemes.Any(s => text.StartsWith(s, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads an address. No message repeats what may be a secret.</summary>
    /// <exception cref="FormatException">It is none, with what is wrong with it.</exception>
    public static PostgresAddress Parse(string text)
    {
        var rest = text[(Schemes.First(s => text.StartsWith(s, StringComparison.OrdinalIgnoreCase)).Length)..];
        var connection = new NpgsqlConnectionStringBuilder();
        (rest, var parameters) = Cut(rest, '?');
        // A password that was not encoded may hold any sign; hosts hold no @.
        var at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            var (user, password) = Cut(rest[..at], ':');
            if (user.Length > 0) connection.Username = Decoded(user);
            if (password.Length > 0) connection.Password = Decoded(password);
        }
        var (hosts, database) = Cut(rest[(at + 1)..], '/');
        if (database.Length > 0) connection.Database = Decoded(database);
        var servers = hosts.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Server).ToList();
        foreach (var parameter in parameters.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = Cut(parameter, '=');
            if (key == "host") servers = [(Decoded(value), DefaultPort)];
            else Set(connection, key, Decoded(value));
        }
        if (servers.Count == 0) throw new FormatException("the address names no host");
        var names = servers.Select(s => s.Host.StartsWith('/') ? s.Host : $"{s.Host}:{s.Port.ToString(CultureInfo.InvariantCulture)}").ToList();
        if (servers.Count == 1 && connection.TargetSessionAttributes is not null and not "any") throw new FormatException("target_session_attrs chooses among several hosts, and the address names one");
        if (servers is [var (host, port)]) (connection.Host, connection.Port) = (host.Trim('[', ']'), port);
        else connection.Host = string.Join(',', names);
        return new PostgresAddress(connection, $"{string.Join(',', names)}/{connection.Database ?? connection.Username}");
    }

    /// <summary>The same with another password.</summary>
    public PostgresAddress With(string password) => new(new NpgsqlConnectionStringBuilder(_connection.ConnectionString) { Password = password }, Name);

    /// <summary>What a client library connects with.</summary>
    internal NpgsqlConnectionStringBuilder ToConnection() => new(_connection.ConnectionString);

    private static void Set(NpgsqlConnectionStringBuilder connection, string key, string value)
    {
        switch (key)
        {
            case "sslmode": connection.SslMode = SslModes.TryGetValue(value, out var mode) ? mode : throw new FormatException($"sslmode is one of {string.Join(", ", SslModes.Keys)}, not '{value}'"); break;
            case "sslrootcert": connection.RootCertificate = Authority(value); break;
            case "sslcert": connection.SslCertificate = Existing(key, value); break;
            case "sslkey": connection.SslKey = Existing(key, value); break;
            case "connect_timeout": connection.Timeout = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 600 ? seconds : throw new FormatException("connect_timeout is a number of seconds from 1 to 600"); break;
            case "target_session_attrs": connection.TargetSessionAttributes = SessionKinds.Contains(value) ? value : throw new FormatException($"target_session_attrs is one of {string.Join(", ", SessionKinds)}, not '{value}'"); break;
            case "application_name": connection.ApplicationName = value; break;
            case "options": connection.Options = value; break;
            default: throw new FormatException($"there is no parameter '{key}' of the address{Suggestion.For(key, ["sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "target_session_attrs", "application_name", "options", "host"])}");
        }
    }

    private static string Authority(string file)
    {
        try
        {
            _ = ClientTlsReader.Authorities(file);
            return file;
        }
        catch (ConfigurationException e)
        {
            throw new FormatException("sslrootcert: " + e.Message, e);
        }
    }

    private static string Existing(string key, string file) => File.Exists(file) ? file : throw new FormatException($"{key}: there is no file '{file}'");

    private static (string Host, int Port) Server(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= text.LastIndexOf(']')) return (Host(text), DefaultPort);
        return int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65_535 ? (Host(text[..colon]), port) : throw new FormatException("the port is no number from 1 to 65535");
    }

    private static string Host(string text) => Uri.CheckHostName(text.Trim('[', ']')) != UriHostNameType.Unknown ? text : throw new FormatException("the host is no name and no address (a password needs %40 for @, %2F for /, %3F for ?)");

    private static (string Before, string Behind) Cut(string text, char at) => text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var place ? (text[..place], text[(place + 1)..]) : (text, "");

    private static string Decoded(string text) => Uri.UnescapeDataString(text);
}
