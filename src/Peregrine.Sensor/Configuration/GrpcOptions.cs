using System.Net;

namespace Peregrine.Sensor.Configuration;

/// <summary>The keys of <c>grpc</c> and <c>grpc_output</c>.</summary>
/// <param name="SocketPath">The unix socket to listen at; null for an address.</param>
/// <param name="Address">The address to listen at, with TLS and clients' certificates; null for a socket.</param>
/// <param name="Threads">0 for as many as the machine has processors.</param>
/// <param name="PrivateKey">The key of our certificate, with an address.</param>
/// <param name="CertificateChain">Our certificate, and those between it and its root.</param>
/// <param name="RootCertificates">The authorities of the clients' certificates.</param>
/// <param name="ServesAlerts">Whether alerts are kept for clients.</param>
/// <param name="Backlog">How many alerts wait for a client at most.</param>
public sealed record GrpcOptions(string? SocketPath, IPEndPoint? Address, int Threads, string PrivateKey, string CertificateChain, string RootCertificates, bool ServesAlerts, int Backlog)
{
    /// <summary>As the log shows it.</summary>
    public string Place => SocketPath is { } path ? "unix://" + path : Address!.ToString();
}

/// <summary>Reads <c>grpc</c> and <c>grpc_output</c>.</summary>
internal static class GrpcOptionsReader
{
    private const string AddressKey = "grpc.bind_address";

    /// <summary>The kernel's limit for the path of a socket.</summary>
    private const int LongestPath = 107;

    /// <returns>Null when the server is off.</returns>
    public static GrpcOptions? Read(ConfigReader reader, int backlog)
    {
        var serves = reader.Flag("grpc_output.enabled");
        if (!reader.Flag("grpc.enabled")) return null;
        var (path, address) = Place(reader);
        return new GrpcOptions(
            path,
            address,
            (int)reader.Integer("grpc.threadiness", 0, 1_024),
            reader.Text("grpc.private_key"),
            reader.Text("grpc.cert_chain"),
            reader.Text("grpc.root_certs"),
            serves,
            backlog);
    }

    private static (string? Path, IPEndPoint? Address) Place(ConfigReader reader)
    {
        var text = reader.Text(AddressKey);
        if (text.StartsWith("unix:", StringComparison.Ordinal))
        {
            var path = text["unix:".Length..];
            if (path.StartsWith("//", StringComparison.Ordinal)) path = path[2..];
            if (path.Length == 0) throw reader.Invalid(AddressKey, $"'{text}' names no socket; write unix:///run/falco/falco.sock");
            if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath) throw reader.Invalid(AddressKey, $"the path of the socket '{path}' is longer than {LongestPath} bytes");
            return (path, null);
        }
        var colon = text.LastIndexOf(':');
        if (colon > 0 && text[..colon] == "localhost") text = IPAddress.Loopback + text[colon..];
        return colon > 0 && IPEndPoint.TryParse(text, out var address) && HasPort(text, address)
            ? (null, address)
            : throw reader.Invalid(AddressKey, $"'{text}' is no place to listen at; write unix:///run/falco/falco.sock, or an address with a port such as 0.0.0.0:5060 or [::]:5060");
    }

    /// <summary><c>::1</c> is an address without a port, whatever its last part looks like.</summary>
    private static bool HasPort(string text, IPEndPoint address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? text.Contains("]:", StringComparison.Ordinal) : text.Contains(':', StringComparison.Ordinal);
}
