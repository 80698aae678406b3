using System.Buffers;
using System.Globalization;
using System.Text;

namespace Peregrine.Outputs;

/// <summary>Writes syslog messages in either form. For one thread.</summary>
internal sealed class SyslogMessage
{
    private const int Octets = 8;
    private readonly SyslogOptions _options;
    private readonly TimeZoneInfo _zone;
    private readonly string _host;
    private readonly string _tag;
    private readonly ArrayBufferWriter<byte> _message = new(1024);

    /// <param name="options">Form, facility, names.</param>
    /// <param name="zone">The zone of the old form's times.</param>
    public SyslogMessage(SyslogOptions options, TimeZoneInfo zone)
    {
        (_options, _zone) = (options, zone);
        var isLocal = options.Address.Transport == SyslogTransport.Unix;
        var name = Printable(options.Tag, 48);
        _host = Printable(options.Hostname, 255);
        _tag = options.Format == SyslogFormat.Rfc5424
            ? string.Create(CultureInfo.InvariantCulture, $" {_host} {name} {Environment.ProcessId} alert - ")
            : string.Create(CultureInfo.InvariantCulture, $" {(isLocal ? "" : _host + " ")}{name}[{Environment.ProcessId}]: ");
    }

    /// <summary>A message; valid until the next one.</summary>
    /// <param name="severity">0 to 7.</param>
    /// <param name="time">When it happened.</param>
    /// <param name="text">The text, on one line.</param>
    public ReadOnlySpan<byte> Write(int severity, DateTimeOffset time, ReadOnlySpan<byte> text)
    {
        _message.ResetWrittenCount();
        var priority = _options.Facility * Octets + severity;
        var head = _options.Format == SyslogFormat.Rfc5424
            ? string.Create(CultureInfo.InvariantCulture, $"<{priority}>1 {time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff}Z{_tag}")
            : string.Create(CultureInfo.InvariantCulture, $"<{priority}>{Stamp(TimeZoneInfo.ConvertTime(time, _zone))}{_tag}");
        Encoding.UTF8.GetBytes(head, _message);
        _message.Write(text);
        return _message.WrittenSpan;
    }

    /// <summary><c>Mmm dd hh:mm:ss</c>, the day padded with a blank.</summary>
    private static string Stamp(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{at:MMM} {at.Day,2} {at:HH:mm:ss}");

    /// <summary>What may stand in a header: printable ASCII without blanks; a dash for nothing.</summary>
    private static string Printable(string text, int most)
    {
        var name = new string([.. text.Where(c => c is > ' ' and <= '~').Take(most)]);
        return name.Length > 0 ? name : "-";
    }
}
