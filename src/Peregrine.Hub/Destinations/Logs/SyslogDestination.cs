using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>A syslog server over UDP, TCP (each message ends with a line break) or TLS (RFC 5425: its length before it); in the old form or RFC 5424's; the plain event or CEF.</summary>
internal sealed class SyslogDestination(DestinationContext context) : IDestination
{
    private const int LogAlertFacility = 0;

    private readonly SemaphoreSlim _sending = new(1);
    private readonly StreamConnection _stream = new(context.Text("host"), Port(context), context.Text("protocol") == "tls" ? context.TlsOptions(context.Text("host")) : null);
    private UdpClient? _datagrams;

    public static DestinationKind Kind { get; } = new()
    {
        Name = "syslog",
        Section = "syslog",
        Title = "Syslog",
        Family = DestinationFamily.Logs,
        EnabledBy = ["host"],
        OwnSettings =
        [
            Setting.Text("host", "The server"),
            Setting.Text("port", "Its port; 514, or 6514 with TLS"),
            Setting.Choice("protocol", "Transport", "tcp", "tcp", "udp", "tls"),
            Setting.Choice("format", "Form of the text", "json", "json", "cef"),
            Setting.Choice("rfc", "Form of the message", "3164", "3164", "5424") with { EnvironmentPrefix = "PEREGRINE_HUB_" },
            Setting.Flag("checkcert", "Check the server's certificate", true) with { EnvironmentPrefix = "PEREGRINE_HUB_" },
            Setting.Flag("mutualtls", "Show the hub's client certificate") with { EnvironmentPrefix = "PEREGRINE_HUB_" },
        ],
        Batch = _ => BatchLimits.Many(100),
        Create = context => new SyslogDestination(context),
    };

    public async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            if (context.Text("protocol") == "udp") await SendDatagramsAsync(batch, cancellation);
            else await _stream.SendAsync(Frames(batch), cancellation);
            return DeliveryResult.Delivered;
        }
        finally
        {
            _sending.Release();
        }
    }

    public ValueTask ProbeAsync(Alert sample, CancellationToken cancellation) => context.Text("protocol") == "udp" ? HostName.ProbeAsync(context.Text("host"), cancellation) : _stream.ProbeAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _datagrams?.Dispose();
        _sending.Dispose();
    }

    private static int Port(DestinationContext context) => context.Text("port") is not { Length: > 0 } text ? context.Text("protocol") == "tls" ? 6514 : 514
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65_536 ? port
        : throw new ConfigurationException("syslog.port: a port is expected");

    private async ValueTask SendDatagramsAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        _datagrams ??= new UdpClient(context.Text("host"), Port(context));
        foreach (var alert in batch) await _datagrams.SendAsync(Message(alert), cancellation);
    }

    private byte[] Frames(IReadOnlyList<Alert> batch)
    {
        using var frames = new MemoryStream();
        foreach (var alert in batch)
        {
            var message = Message(alert);
            if (context.Text("protocol") == "tls") frames.Write(Encoding.ASCII.GetBytes(message.Length.ToString(CultureInfo.InvariantCulture) + " "));
            frames.Write(message);
            if (context.Text("protocol") != "tls") frames.WriteByte((byte)'\n');
        }
        return frames.ToArray();
    }

    private byte[] Message(Alert alert)
    {
        var priority = (LogAlertFacility << 3) | alert.Priority.SyslogLevel();
        var host = alert.Hostname.Length > 0 ? Plain(alert.Hostname) : Environment.MachineName;
        // A line break inside would begin a new message.
        var text = (context.Text("format") == "cef" ? CommonEventFormat.Of(alert) : Encoding.UTF8.GetString(alert.ToJson())).Replace('\n', ' ').Replace('\r', ' ');
        var header = context.Text("rfc") == "5424"
            ? $"<{priority}>1 {alert.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)} {host} Falco {Environment.ProcessId} - - "
            : $"<{priority}>{alert.Time.ToLocalTime().ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)} {host} Falco[{Environment.ProcessId}]: ";
        return Encoding.UTF8.GetBytes(header + text);
    }

    private static string Plain(string name) => string.Concat(name.Where(c => c is > ' ' and < (char)127));
}
