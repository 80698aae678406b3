namespace Peregrine.Outputs;

/// <summary>The form of a syslog message.</summary>
public enum SyslogFormat
{
    /// <summary>The old form, as libc's <c>syslog()</c> writes it.</summary>
    Rfc3164,

    /// <summary>The structured form, with a full time and an application name.</summary>
    Rfc5424,
}

/// <summary>How a stream is divided into messages.</summary>
public enum SyslogFraming
{
    /// <summary>A line feed ends a message (RFC 6587, 3.4.2).</summary>
    Newline,

    /// <summary>The message's length in bytes and a blank stand before it (RFC 6587, 3.4.1; RFC 5425).</summary>
    OctetCounting,
}

/// <summary>The keys of <c>syslog_output</c>.</summary>
public sealed record SyslogOptions
{
    /// <summary>Where the local daemon listens.</summary>
    public const string LocalSocket = "/dev/log";

    public SyslogAddress Address { get; init; } = new(SyslogTransport.Unix, LocalSocket, 0);

    public SyslogFormat Format { get; init; } = SyslogFormat.Rfc3164;

    /// <summary>For TCP and TLS.</summary>
    public SyslogFraming Framing { get; init; } = SyslogFraming.OctetCounting;

    /// <summary>0 to 23: 1 is user, 16 to 23 are local0 to local7.</summary>
    public int Facility { get; init; } = 1;

    /// <summary>The program's name in a message.</summary>
    public string Tag { get; init; } = "peregrine";

    /// <summary>The machine's name; local messages in the old form go without.</summary>
    public string Hostname { get; init; } = "-";

    /// <summary>How long connecting, and sending a message, may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    public TlsOptions Tls { get; init; } = new();
}
