using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Npgsql;

namespace Peregrine.Hub.Store.Postgres;

/// <summary>Says in one line why a database cannot be used.</summary>
internal static class PostgresFailure
{
    /// <returns>Null for what is no failure of the database.</returns>
    public static string? Describe(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused => $"{refused.MessageText} ({refused.SqlState}): the user needs to create tables in its schema once, then to read and write them",
        PostgresException refused => $"{refused.MessageText} ({refused.SqlState})",
        NpgsqlException { InnerException: { } inner } failed => $"{failed.Message.TrimEnd('.')}: {Innermost(inner)}",
        NpgsqlException or IOException or SocketException or TimeoutException or AuthenticationException or CryptographicException => e.Message,
        _ => null,
    };

    private static string Innermost(Exception e) => e.InnerException is null ? e.Message : Innermost(e.InnerException);
}
