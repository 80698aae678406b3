using System.Diagnostics;
using System.Net.Sockets;
using Peregrine.Containers.Grpc;
using Peregrine.State;

namespace Peregrine.Containers.Engines;

/// <summary>How an engine's socket is at the moment.</summary>
public enum EngineState : byte
{
    /// <summary>Nobody has tried yet.</summary>
    Unknown,
    /// <summary>There is no such socket.</summary>
    Absent,
    /// <summary>It answers.</summary>
    Ready,
    /// <summary>It is there, and does not answer or makes no sense; it is tried again after a pause.</summary>
    Failing,
}

/// <summary>What came of a question to one engine.</summary>
/// <param name="Details">The answer; null when there is none.</param>
/// <param name="Failure">Why there is none; null when the engine does not know the container.</param>
/// <param name="IsAbsent">The engine is not there.</param>
internal readonly record struct EngineOutcome(ContainerDetails? Details, string? Failure, bool IsAbsent);

/// <summary>
/// One engine at one socket, whatever state it is in. Tries to reach it, follows its events, tries again after pauses that grow; questions have a time limit of their own and are refused
/// at once while it fails, so that an engine that hangs costs its own containers a little time and the others none.
/// </summary>
internal sealed class EngineConnection : IDisposable
{
    /// <summary>So many questions in a row without an answer, and the engine is taken for hung.</summary>
    private const int TimeoutsInARow = 3;

    private readonly Func<IEngineClient> _make;
    private readonly ContainerOptions _options;
    private readonly SemaphoreSlim _places;
    private readonly SemaphoreSlim _appeared = new(0);
    private readonly Lock _lock = new();
    private IEngineClient? _client;
    private CancellationTokenSource? _session;
    private TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _timeouts;

    public EngineConnection(string name, string socket, Func<IEngineClient> make, ContainerOptions options)
    {
        (Name, Socket, _make, _options) = (name, socket, make, options);
        _places = new SemaphoreSlim(options.RequestsAtOnce);
    }

    /// <summary><c>docker</c>, <c>podman</c>, <c>containerd</c> or <c>cri</c>.</summary>
    public string Name { get; }

    /// <summary>The socket's path on the host.</summary>
    public string Socket { get; }

    public EngineState State { get; private set; }

    /// <summary>Why it fails; empty while it does not.</summary>
    public string Failure { get; private set; } = "";

    public EngineCounters Counters { get; } = new();

    private bool IsThere => File.Exists(_options.OnHost(Socket));

    public SourceRank Rank { get; private set; } = SourceRank.Owner;

    /// <summary>Reaches the engine and follows its events until told to end.</summary>
    /// <param name="ready">Told each time it has been reached.</param>
    /// <param name="report">Told the engine's events.</param>
    /// <param name="cancel">The end.</param>
    public async Task RunAsync(Action<EngineConnection> ready, Action<EngineConnection, EngineEvent> report, CancellationToken cancel)
    {
        var pause = _options.ShortestPause;
        while (!cancel.IsCancellationRequested)
        {
            if (!IsThere)
            {
                Settle(EngineState.Absent, "");
                pause = _options.ShortestPause;
                await _appeared.WaitAsync(cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }
            using var session = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var reached = await TrySessionAsync(ready, report, session).ConfigureAwait(false);
            pause = reached ? _options.ShortestPause : pause * 2;
            if (pause > _options.LongestPause) pause = _options.LongestPause;
            await Task.Delay(pause, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Looks for the socket of an engine that is not there, and has it reached when it is. Most machines lack most engines: one thread that looks for all of them costs less than each connection with a timer of its own.
    /// For one caller.
    /// </summary>
    public void Look()
    {
        if (State == EngineState.Absent && _appeared.CurrentCount == 0 && IsThere) _appeared.Release();
    }

    /// <summary>Asks about a container. Never throws; takes the time limit at most.</summary>
    public async Task<EngineOutcome> AskAsync(EngineRequest request, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_options.RequestTimeout);
        try
        {
            await _settled.Task.WaitAsync(limit.Token).ConfigureAwait(false);
            // One whose socket has just come is being reached.
            if (State == EngineState.Absent) return new(null, null, IsAbsent: !IsThere);
            if (State != EngineState.Ready || _client is not { } client) return new(null, Describe(Failure), IsAbsent: false);
            await _places.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                var details = await client.InspectAsync(request, limit.Token).ConfigureAwait(false);
                Counters.CountLookup(Stopwatch.GetElapsedTime(start), details is not null);
                Interlocked.Exchange(ref _timeouts, 0);
                return new(details, null, IsAbsent: false);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (Exception e) when (IsExpected(e))
        {
            var isTimeout = limit.IsCancellationRequested;
            Counters.CountFailure(isTimeout);
            if (isTimeout && !cancel.IsCancellationRequested && Interlocked.Increment(ref _timeouts) >= TimeoutsInARow) EndSession();
            return new(null, Describe(isTimeout ? NoAnswer() : Text(e)), IsAbsent: false);
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _places.Dispose();
        _appeared.Dispose();
    }

    /// <returns>Whether the engine was reached.</returns>
    private async Task<bool> TrySessionAsync(Action<EngineConnection> ready, Action<EngineConnection, EngineEvent> report, CancellationTokenSource session)
    {
        var client = _make();
        var reached = false;
        try
        {
            using (var limit = CancellationTokenSource.CreateLinkedTokenSource(session.Token))
            {
                limit.CancelAfter(_options.RequestTimeout);
                try
                {
                    await client.ConnectAsync(limit.Token).ConfigureAwait(false);
                }
                catch (Exception e) when (IsExpected(e) && limit.IsCancellationRequested && !session.IsCancellationRequested)
                {
                    throw new EngineException(NoAnswer(), e);
                }
            }
            reached = true;
            Rank = client.Rank;
            Counters.CountConnect();
            Interlocked.Exchange(ref _timeouts, 0);
            lock (_lock) (_client, _session) = (client, session);
            Settle(EngineState.Ready, "");
            ready(this);
            var hasEvents = await client.FollowAsync(e => { Counters.CountEvent(); report(this, e); }, session.Token).ConfigureAwait(false);
            // Without events, the socket's disappearance tells that the engine has gone.
            if (!hasEvents) await StayAsync(client, session.Token).ConfigureAwait(false);
            Settle(EngineState.Failing, "it ended its stream of events");
        }
        catch (Exception e) when (IsExpected(e))
        {
            Settle(EngineState.Failing, session.IsCancellationRequested ? NoAnswer() : Text(e));
        }
        finally
        {
            lock (_lock) (_client, _session) = (null, null);
            client.Dispose();
        }
        return reached;
    }

    private async Task StayAsync(IEngineClient client, CancellationToken cancel)
    {
        while (IsThere)
        {
            await Task.Delay(_options.LongestPause, cancel).ConfigureAwait(false);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(_options.RequestTimeout);
            await client.ConnectAsync(limit.Token).ConfigureAwait(false);
        }
    }

    private void EndSession()
    {
        lock (_lock) _session?.Cancel();
    }

    private void Settle(EngineState state, string failure)
    {
        (State, Failure) = (state, failure);
        _settled.TrySetResult();
    }

    private string Describe(string failure) => $"{Name} at {Socket}: {failure}";

    private string NoAnswer() => $"no answer within {_options.RequestTimeout.TotalSeconds:0.###} s";

    private static string Text(Exception e) => e is HttpRequestException { InnerException: SocketException inner } ? inner.Message : e.Message;

    /// <summary>Whatever an answer makes of the reading of it, the answer is to blame; only what no answer can cause goes further.</summary>
    private static bool IsExpected(Exception e) => e is not OutOfMemoryException;
}
