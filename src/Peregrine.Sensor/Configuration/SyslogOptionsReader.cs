using Peregrine.Outputs;

namespace Peregrine.Sensor.Configuration;

/// <summary>Reads <c>syslog_output</c>.</summary>
internal static class SyslogOptionsReader
{
    private const int FirstLocalFacility = 16;

    /// <summary>By number, as RFC 5424 names them.</summary>
    private static readonly string[] Facilities = ["kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"];

    public static SyslogOptions Read(ConfigReader reader, TimeSpan timeout)
    {
        const string Address = "syslog_output.address";
        if (!SyslogAddress.TryParse(reader.Text(Address), out var address))
            throw reader.Invalid(Address, $"'{Address}' must be a socket's path, or udp://host:514, tcp://host:601 or tls://host:6514, not '{reader.Text(Address)}'");
        return new SyslogOptions
        {
            Address = address,
            Format = OutputOptionsReader.Choice(reader, "syslog_output.format", ("rfc3164", SyslogFormat.Rfc3164), ("rfc5424", SyslogFormat.Rfc5424)),
            Framing = OutputOptionsReader.Choice(reader, "syslog_output.framing", ("octet_counting", SyslogFraming.OctetCounting), ("newline", SyslogFraming.Newline)),
            Facility = Facility(reader),
            Tag = reader.Text("syslog_output.tag"),
            Timeout = OutputOptionsReader.Timeout(reader, "syslog_output.timeout", timeout),
            Tls = new TlsOptions
            {
                Insecure = reader.Flag("syslog_output.insecure"),
                CaCert = reader.Text("syslog_output.ca_cert"),
                ClientCert = reader.Text("syslog_output.client_cert"),
                ClientKey = reader.Text("syslog_output.client_key"),
            },
        };
    }

    private static int Facility(ConfigReader reader)
    {
        var text = reader.Text("syslog_output.facility");
        var known = Array.IndexOf(Facilities, text);
        if (known >= 0) return known;
        if (text is ['l', 'o', 'c', 'a', 'l', >= '0' and <= '7' and var digit]) return FirstLocalFacility + digit - '0';
        throw reader.Invalid("syslog_output.facility", $"'{text}' is no syslog facility; there are {string.Join(", ", Facilities)} and local0 to local7");
    }
}
