using Peregrine.LiveTests.Harness;
using Peregrine.Outputs;

namespace Peregrine.LiveTests.Peers;

/// <summary>A real syslog daemon that writes what it understood, a line for each message: <c>facility.severity|time|host|program|process id|message</c>.</summary>
internal sealed class SyslogPeer : IDisposable
{
    private static readonly string SyslogNgRoot = Path.Combine(Repository.Root, "artifacts", "peers", "syslog-ng");

    private readonly LiveFolder _folder = new("syslog");
    private readonly Daemon _daemon;
    private readonly string _log;

    private SyslogPeer(bool isRsyslog, SyslogFormat format, SyslogFraming framing)
    {
        _log = Path.Combine(_folder.Path, "messages");
        Socket = Path.Combine(_folder.Path, "log.sock");
        try
        {
            Certificates = new Certificates(_folder.Path);
            _daemon = isRsyslog ? StartRsyslog(format) : StartSyslogNg(format, framing);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public string Socket { get; }

    public int UdpPort { get; } = LoopbackPort.Free();

    public int TcpPort { get; } = LoopbackPort.Free();

    public int TlsPort { get; } = LoopbackPort.Free();

    public Certificates Certificates { get; }

    public string Log => File.Exists(_log) ? File.ReadAllText(_log) : "";

    public string LogPath => _log;

    public string Said => _daemon.Said;

    /// <param name="format">What comes over the unix socket; on the network it finds out.</param>
    public static SyslogPeer Rsyslog(SyslogFormat format = SyslogFormat.Rfc3164) => new(true, format, default);

    /// <summary>It has to be told which form and framing come.</summary>
    public static SyslogPeer SyslogNg(SyslogFormat format, SyslogFraming framing) => new(false, format, framing);

    public void Dispose()
    {
        _daemon.Dispose();
        _folder.Dispose();
    }

    private Daemon StartRsyslog(SyslogFormat format)
    {
        var program = Daemon.Find("/usr/sbin/rsyslogd");
        // What libc sends is read by a parser of its own, which knows the old form alone.
        var parser = format == SyslogFormat.Rfc5424 ? " UseSpecialParser=\"off\" ParseHostname=\"on\"" : "";
        var configuration = _folder.Write("rsyslog.conf", $"""
            global(workDirectory="{_folder.Path}" maxMessageSize="64k" defaultNetstreamDriverCAFile="{Certificates.Authority}" defaultNetstreamDriverCertFile="{Certificates.Server}" defaultNetstreamDriverKeyFile="{Certificates.ServerKey}")
            module(load="imuxsock" SysSock.Use="off")
            module(load="imudp")
            module(load="imtcp")
            input(type="imuxsock" Socket="{Socket}" CreatePath="on" IgnoreTimestamp="off" UseSysTimeStamp="off" RateLimit.Interval="0"{parser})
            input(type="imudp" address="127.0.0.1" port="{UdpPort}")
            input(type="imtcp" address="127.0.0.1" port="{TcpPort}")
            input(type="imtcp" address="127.0.0.1" port="{TlsPort}" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
            template(name="line" type="string" string="%syslogfacility-text%.%syslogseverity-text%|%timereported:::date-rfc3339%|%hostname%|%programname%|%procid%|%msg:::sp-if-no-1st-sp%%msg%\n")
            action(type="omfile" file="{_log}" template="line")

            """);
        return Daemon.Start(Serves, new Dictionary<string, string>(), program, "-n", "-f", configuration, "-i", Path.Combine(_folder.Path, "pid"));
    }

    private Daemon StartSyslogNg(SyslogFormat format, SyslogFraming framing)
    {
        var program = Daemon.Find(Path.Combine(SyslogNgRoot, "usr/sbin/syslog-ng"));
        var libraries = Path.Combine(SyslogNgRoot, "usr/lib/syslog-ng");
        var flags = format == SyslogFormat.Rfc5424 ? " flags(syslog-protocol)" : "";
        var stream = framing == SyslogFraming.OctetCounting ? "syslog" : "network";
        var streamFlags = framing == SyslogFraming.OctetCounting ? "" : flags;
        var configuration = _folder.Write("syslog-ng.conf", $$"""
            @version: 3.38
            options { keep-hostname(yes); use-dns(no); dns-cache(no); log-msg-size(65536); };
            source all {
                unix-dgram("{{Socket}}"{{flags}});
                network(transport("udp") ip("127.0.0.1") port({{UdpPort}}){{flags}});
                {{stream}}(transport("tcp") ip("127.0.0.1") port({{TcpPort}}){{streamFlags}});
                {{stream}}(transport("tls") ip("127.0.0.1") port({{TlsPort}}){{streamFlags}} tls(key-file("{{Certificates.ServerKey}}") cert-file("{{Certificates.Server}}") peer-verify(optional-untrusted)));
            };
            destination file { file("{{_log}}" template("${FACILITY}.${LEVEL}|${S_ISODATE}|${HOST}|${PROGRAM}|${PID}| ${MESSAGE}\n")); };
            log { source(all); destination(file); };

            """);
        var environment = new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = libraries };
        return Daemon.Start(Serves, environment, program, "-F", "--no-caps", "-f", configuration, "--module-path=" + Path.Combine(libraries, "3.38"),
            "--persist-file=" + Path.Combine(_folder.Path, "persist"), "--pidfile=" + Path.Combine(_folder.Path, "pid"), "--control=" + Path.Combine(_folder.Path, "control"));
    }

    private bool Serves() => File.Exists(Socket) && Daemon.Answers(TcpPort) && Daemon.Answers(TlsPort);
}
