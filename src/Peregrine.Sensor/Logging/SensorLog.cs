using System.Globalization;
using System.Text;
using Peregrine.Outputs;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Service;

namespace Peregrine.Sensor.Logging;

/// <summary>The sensor's own log: lines on stderr and to syslog, each with its time. Usable from every thread; it never throws.</summary>
public sealed class SensorLog : IDisposable
{
    /// <summary>Milliseconds after a failure in which syslog is left alone.</summary>
    private const long SyslogPause = 10_000;

    private readonly Lock _gate = new();
    private readonly TextWriter _stderr;
    private readonly TimeProvider _clock;
    private LogOptions _options;
    private readonly string _syslogPath;
    private SyslogOutput? _syslog;
    private long _nextSyslogTry;

    /// <param name="stderr">Where lines go when <see cref="LogOptions.Stderr"/> is on.</param>
    /// <param name="options">Where to, from which level on.</param>
    /// <param name="clock">Gives the time of a line.</param>
    /// <param name="syslogPath">The syslog daemon's socket; without one there nothing is sent.</param>
    public SensorLog(TextWriter stderr, LogOptions options, TimeProvider clock, string syslogPath = SyslogOptions.LocalSocket)
    {
        (_stderr, _options, _clock, _syslogPath) = (stderr, options, clock, syslogPath);
    }

    /// <summary>Where to and from which level on; takes effect with the next line.</summary>
    public LogOptions Options
    {
        get => Volatile.Read(ref _options);
        set => Volatile.Write(ref _options, value);
    }

    /// <summary>Whether standard error is the journal: lines then begin with their priority, as it reads it, and have no time.</summary>
    public bool ForJournal { get; init; }

    public void Debug(string message) => Write(AlertPriority.Debug, message);

    public void Info(string message) => Write(AlertPriority.Informational, message);

    public void Warning(string message) => Write(AlertPriority.Warning, "Warning: " + message);

    public void Error(string message) => Write(AlertPriority.Error, "Error: " + message);

    public bool IsEnabled(AlertPriority level) => level <= Options.Level;

    public void Write(AlertPriority level, string message)
    {
        if (!IsEnabled(level)) return;
        message = Secrets.Hide(message);
        lock (_gate)
        {
            try
            {
                if (Options.Stderr)
                {
                    _stderr.Write(ForJournal ? JournalLines(level, message) : $"{Timestamp()}: {message}\n");
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
        // The journal needs no line twice.
        if (!Options.Syslog || (ForJournal && Options.Stderr && Journal.Owns(_syslogPath))) return;
        var now = Environment.TickCount64;
        if (_syslog is null && (now < _nextSyslogTry || !File.Exists(_syslogPath))) return;
        try
        {
            _syslog ??= new SyslogOutput(new SyslogOptions { Address = new SyslogAddress(SyslogTransport.Unix, _syslogPath, 0) }, _clock.LocalTimeZone);
            _syslog.Send((int)level, _clock.GetUtcNow(), Encoding.UTF8.GetBytes(message));
        }
        catch (IOException)
        {
            // A daemon that is being restarted comes back.
            _syslog?.Dispose();
            _syslog = null;
            _nextSyslogTry = now + SyslogPause;
        }
    }

    /// <summary>Every line of the message with the priority, which the journal takes off again.</summary>
    private static string JournalLines(AlertPriority level, string message) =>
        string.Concat(message.Split('\n').Select(line => string.Create(CultureInfo.InvariantCulture, $"<{(int)level}>{line}\n")));

    /// <summary>As the C library's asctime writes it, or ISO 8601.</summary>
    private string Timestamp()
    {
        if (Options.IsoTime) return _clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'+0000'", CultureInfo.InvariantCulture);
        var now = _clock.GetLocalNow();
        return string.Create(CultureInfo.InvariantCulture, $"{now:ddd MMM} {now.Day,2} {now:HH:mm:ss yyyy}");
    }
}
