using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Peregrine.Sensor.Service;

/// <summary>
/// Tells the service manager how the sensor is, in the protocol of sd_notify: datagrams of lines <c>NAME=value</c> to the socket that <c>NOTIFY_SOCKET</c> names. Without one it does
/// nothing. What cannot be sent is lost: the service manager is never worth the sensor. Usable from every thread.
/// </summary>
internal sealed class ServiceNotifier : IDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _manager;

    private ServiceNotifier(string? path, TimeSpan? watchdog)
    {
        WatchdogInterval = watchdog;
        if (string.IsNullOrEmpty(path)) return;
        // The kernel's abstract names begin with a zero byte, which the variable writes as @.
        _manager = new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    }

    /// <summary>How often the manager must hear that the worker works; null when it does not want to know.</summary>
    public TimeSpan? WatchdogInterval { get; }

    /// <param name="environment">Looks up an environment variable.</param>
    public static ServiceNotifier Of(Func<string, string?> environment)
    {
        var isOurs = environment("WATCHDOG_PID") is not { Length: > 0 } pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var watchdog = isOurs && long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : (TimeSpan?)null;
        return new ServiceNotifier(environment("NOTIFY_SOCKET"), watchdog);
    }

    /// <summary>The sensor watches, at first or again after a reload.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    /// <summary>Another configuration is being loaded; <see cref="Ready"/> follows, whatever became of it.</summary>
    public void Reloading() => Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={System.Diagnostics.Stopwatch.GetTimestamp() / (System.Diagnostics.Stopwatch.Frequency / 1_000_000)}"));

    public void Stopping() => Send("STOPPING=1");

    public void Alive() => Send("WATCHDOG=1");

    public void Dispose() => _socket?.Dispose();

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private void Send(string message)
    {
        if (_socket is null) return;
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(message), _manager!);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nobody listens (any more), or not fast enough.
        }
    }
}
