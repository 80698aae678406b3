using System.Diagnostics.CodeAnalysis;

namespace Peregrine.Outputs;

/// <summary>What syslog messages travel on.</summary>
public enum SyslogTransport
{
    Unix,
    Udp,
    Tcp,
    Tls,
}

/// <summary>Where a syslog daemon is.</summary>
/// <param name="Transport">How it is reached.</param>
/// <param name="Target">The socket's path, or the host's name or address.</param>
/// <param name="Port">0 for a unix socket.</param>
public sealed record SyslogAddress(SyslogTransport Transport, string Target, int Port)
{
    /// <summary>Reads a path, or <c>unix:///path</c>, <c>udp://host:514</c>, <c>tcp://host:601</c>, <c>tls://host:6514</c>; the ports shown are those when none is given.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SyslogAddress? address)
    {
        address = null;
        if (text.StartsWith('/'))
        {
            address = new SyslogAddress(SyslogTransport.Unix, text, 0);
            return true;
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0) return false;
        (SyslogTransport Transport, int Port)? known = url.Scheme switch
        {
            "unix" => (SyslogTransport.Unix, 0),
            "udp" => (SyslogTransport.Udp, 514),
            "tcp" => (SyslogTransport.Tcp, 601),
            "tls" => (SyslogTransport.Tls, 6514),
            _ => null,
        };
        if (known is not { } found) return false;
        if (found.Transport == SyslogTransport.Unix)
        {
            if (url.Host.Length > 0 || url.AbsolutePath.Length < 2) return false;
            address = new SyslogAddress(SyslogTransport.Unix, Uri.UnescapeDataString(url.AbsolutePath), 0);
            return true;
        }
        if (url.Host.Length == 0 || url.AbsolutePath is not ("" or "/")) return false;
        address = new SyslogAddress(found.Transport, url.IdnHost.Trim('[', ']'), url.Port > 0 ? url.Port : found.Port);
        return true;
    }

    public override string ToString() => Transport == SyslogTransport.Unix ? Target
        : Target.Contains(':', StringComparison.Ordinal) ? $"{Scheme}://[{Target}]:{Port}" : $"{Scheme}://{Target}:{Port}";

    private string Scheme => Transport switch { SyslogTransport.Udp => "udp", SyslogTransport.Tcp => "tcp", SyslogTransport.Tls => "tls", _ => "unix" };
}
