namespace Peregrine.Outputs;

/// <summary>
/// Sends each alert to a syslog daemon, the local one or one of the network. The alert's priority is the severity, and the event's time the message's. Delivered is what the kernel, or the
/// connection, took: syslog has no receipts.
/// </summary>
public sealed class SyslogOutput : IAlertOutput
{
    private readonly SyslogConnection _connection;
    private readonly SyslogMessage _message;

    /// <param name="options">Where to and in which form.</param>
    /// <param name="zone">The zone of times in the old form.</param>
    public SyslogOutput(SyslogOptions options, TimeZoneInfo zone)
    {
        _connection = new SyslogConnection(options);
        _message = new SyslogMessage(options, zone);
    }

    public string Name => "syslog";

    public void Deliver(ReadOnlySpan<Alert> alerts, ref DeliveryReport report)
    {
        foreach (var alert in alerts)
        {
            Send((int)alert.Priority, DateTimeOffset.UnixEpoch.AddTicks((long)(alert.Time / 100)), alert.Body.Span);
            report.Delivered++;
        }
    }

    /// <summary>Sends one line of another kind than an alert (the sensor's own log).</summary>
    /// <param name="severity">0 to 7.</param>
    /// <param name="time">When it was said.</param>
    /// <param name="text">In UTF-8, without a line feed.</param>
    public void Send(int severity, DateTimeOffset time, ReadOnlySpan<byte> text) => _connection.Send(_message.Write(severity, time, text));

    public void Flush()
    {
    }

    public void Reopen() => _connection.Close();

    public void Abort() => _connection.Close();

    public void Dispose() => _connection.Dispose();
}
