using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Subscriptions;

/// <summary>
/// Takes the alerts of one sensor by its gRPC output, and comes back with growing pauses when the sensor is not there. While the disk does not take alerts the call is not read, so that the sensor keeps them.
/// What was under way when the hub ended is lost, as with every client of this protocol: it has no answer.
/// </summary>
internal sealed partial class SensorSubscription : IAsyncDisposable
{
    private const int MostTogether = 500;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Func<IReadOnlyList<Alert>, ValueTask> _keep;
    private readonly SensorCall _call;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private long _alerts;

    /// <param name="address">The sensor's.</param>
    /// <param name="tls">For an address of https.</param>
    /// <param name="keep">Puts alerts on the disk; an <see cref="IOException"/> says that it cannot now.</param>
    /// <param name="log">Hears of connections and failures.</param>
    public SensorSubscription(Uri address, ClientTls tls, Func<IReadOnlyList<Alert>, ValueTask> keep, ILogger log)
    {
        (Address, _keep, _log) = (address, keep, log);
        _call = new SensorCall(address, tls);
        _run = Task.Run(RunAsync);
    }

    public Uri Address { get; }

    /// <summary>Whether the call is open.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Alerts that were kept.</summary>
    public long Alerts => Interlocked.Read(ref _alerts);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _call.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var pause = FirstPause;
        var told = "";
        while (!_stop.IsCancellationRequested)
        {
            var before = Alerts;
            try
            {
                await FollowAsync();
                told = "";
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                // Whatever it is, it is this sensor's failure alone; the same one is told once.
                if (e.Message != told) Log.Failed(_log, Address.ToString(), told = e.Message);
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                // What fails while the hub ends is nobody's failure, least of all the end's.
                return;
            }
            IsConnected = false;
            if (Alerts > before) pause = FirstPause;
            try
            {
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble() / 2), _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    // Alerts that come while others wait for the disk share its next sync.
    private async Task FollowAsync()
    {
        var waiting = Channel.CreateBounded<Alert>(2 * MostTogether);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var keeping = KeepAllAsync(waiting.Reader, end.Token);
        try
        {
            await foreach (var message in _call.FollowAsync(end.Token))
            {
                IsConnected = true;
                if (Read(message) is { } alert) await waiting.Writer.WriteAsync(alert, end.Token);
            }
        }
        finally
        {
            waiting.Writer.Complete();
            await keeping;
        }
    }

    private Alert? Read(byte[] message)
    {
        try
        {
            return SensorMessage.Read(message);
        }
        catch (AlertException e)
        {
            Log.Unreadable(_log, Address.ToString(), e.Message);
            return null;
        }
    }

    private async Task KeepAllAsync(ChannelReader<Alert> alerts, CancellationToken stop)
    {
        var group = new List<Alert>();
        while (await alerts.WaitToReadAsync(CancellationToken.None))
        {
            group.Clear();
            while (group.Count < MostTogether && alerts.TryRead(out var alert)) group.Add(alert);
            while (!await TryKeepAsync(group))
            {
                // The hub ends and the disk still refuses: they are lost, which the log says.
                if (stop.IsCancellationRequested) return;
                await Task.Delay(FirstPause, CancellationToken.None);
            }
            Interlocked.Add(ref _alerts, group.Count);
        }
    }

    private async ValueTask<bool> TryKeepAsync(List<Alert> group)
    {
        try
        {
            await _keep(group);
            return true;
        }
        catch (IOException e)
        {
            Log.NotKept(_log, Address.ToString(), group.Count, e.Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "the sensor at {Address} is tried again: {Reason}")]
        public static partial void Failed(ILogger log, string address, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "a message of the sensor at {Address} was passed over: {Reason}")]
        public static partial void Unreadable(ILogger log, string address, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Alerts} alerts of the sensor at {Address} wait for the disk: {Reason}")]
        public static partial void NotKept(ILogger log, string address, int alerts, string reason);
    }
}
