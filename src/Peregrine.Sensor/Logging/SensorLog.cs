using System.Globalization;
using System.Text;
using Peregrine.Outputs;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Logging;

/// <summary>The sensor's own log: lines on stderr and to syslog, each with its time. Usable from every thread; it never throws.</summary>
public sealed class SensorLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TextWriter _stderr;
    private readonly TimeProvider _clock;
    private readonly LogOptions _options;
    private SyslogOutput? _syslog;

    /// <param name="stderr">Where lines go when <see cref="LogOptions.Stderr"/> is on.</param>
    /// <param name="options">Where to, from which level on.</param>
    /// <param name="clock">Gives the time of a line.</param>
    /// <param name="syslogPath">The syslog daemon's socket; without one there nothing is sent.</param>
    public SensorLog(TextWriter stderr, LogOptions options, TimeProvider clock, string syslogPath = SyslogOutput.DefaultPath)
    {
        (_stderr, _options, _clock) = (stderr, options, clock);
        if (options.Syslog && File.Exists(syslogPath)) _syslog = new SyslogOutput(syslogPath, "peregrine", clock);
    }

    public void Debug(string message) => Write(AlertPriority.Debug, message);

    public void Info(string message) => Write(AlertPriority.Informational, message);

    public void Warning(string message) => Write(AlertPriority.Warning, "Warning: " + message);

    public void Error(string message) => Write(AlertPriority.Error, "Error: " + message);

    public bool IsEnabled(AlertPriority level) => level <= _options.Level;

    public void Write(AlertPriority level, string message)
    {
        if (!IsEnabled(level)) return;
        lock (_gate)
        {
            try
            {
                if (_options.Stderr)
                {
                    _stderr.Write($"{Timestamp()}: {message}\n");
                    _stderr.Flush();
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Nobody reads our stderr any more; there is no other place to complain to.
            }
            ToSyslog(level, message);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _syslog?.Dispose();
            _syslog = null;
        }
    }

    private void ToSyslog(AlertPriority level, string message)
    {
        if (_syslog is null) return;
        try
        {
            _syslog.Send((int)level, Encoding.UTF8.GetBytes(message));
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            _syslog.Dispose();
            _syslog = null;
        }
    }

    /// <summary>As the C library's asctime writes it, or ISO 8601.</summary>
    private string Timestamp()
    {
        if (_options.IsoTime) return _clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'+0000'", CultureInfo.InvariantCulture);
        var now = _clock.GetLocalNow();
        return string.Create(CultureInfo.InvariantCulture, $"{now:ddd MMM} {now.Day,2} {now:HH:mm:ss yyyy}");
    }
}
