using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Peregrine.Outputs;

/// <summary>
/// Sends each alert to the local syslog daemon as libc's syslog() does (RFC 3164): facility user, the priority as severity, our name and process id as tag.
/// </summary>
public sealed class SyslogOutput : IAlertOutput
{
    /// <summary>Where the daemon listens.</summary>
    public const string DefaultPath = "/dev/log";

    private const int FacilityUser = 1;
    private readonly SyslogSocket _socket;
    private readonly string _tag;
    private readonly TimeProvider _clock;
    private byte[] _message = new byte[1024];

    public SyslogOutput(string path, string program, TimeProvider clock)
    {
        _socket = new SyslogSocket(path);
        _tag = string.Create(CultureInfo.InvariantCulture, $"{program}[{Environment.ProcessId}]: ");
        _clock = clock;
    }

    public string Name => "syslog";

    public void Deliver(ReadOnlySpan<Alert> alerts, ref DeliveryReport report)
    {
        foreach (var alert in alerts)
        {
            Send((int)alert.Priority, alert.Body.Span);
            report.Delivered++;
        }
    }

    /// <summary>Sends one line of another kind than an alert (the sensor's own log) with a severity of 0 to 7.</summary>
    public void Send(int severity, ReadOnlySpan<byte> text)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"<{FacilityUser * 8 + severity}>{Timestamp(_clock.GetLocalNow())} {_tag}");
        var size = Encoding.UTF8.GetByteCount(head) + text.Length;
        if (_message.Length < size) _message = new byte[size * 2];
        var at = Encoding.UTF8.GetBytes(head, _message);
        text.CopyTo(_message.AsSpan(at));
        _socket.Send(_message.AsSpan(0, size));
    }

    public void Flush()
    {
    }

    public void Reopen() => _socket.Close();

    public void Abort() => _socket.Close();

    public void Dispose() => _socket.Close();

    /// <summary><c>Mmm dd hh:mm:ss</c>, the day padded with a blank.</summary>
    private static string Timestamp(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{now:MMM} {now.Day,2} {now:HH:mm:ss}");
}
