using Peregrine.Filters;

namespace Peregrine.Sensor.Names;

/// <summary>
/// Keeps the addresses of the hosts that rules name up to date, beside the events and never on their way: each name is looked up when rules that use it come into force and again from time to
/// time. A name without an address is told once and tried again, later and later; one that had addresses keeps them until others are found.
/// </summary>
internal sealed class HostNameResolver : IDisposable
{
    /// <summary>How long an answer is good for.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(60);

    /// <summary>The first pause after a name was not found; it doubles up to <see cref="LongestPause"/>.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(320);

    /// <summary>When an answer counts as none. The asking itself may take longer: it cannot be broken off.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Names that are asked for at once: each may hold a thread.</summary>
    private const int AtOnce = 4;

    /// <summary>Names in the warning about those that are not found.</summary>
    private const int Told = 5;

    private readonly Lock _gate = new();
    private readonly Action<string> _warn;
    private readonly Action<string> _note;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly SemaphoreSlim _changed = new(0);
    private Task? _change;
    private Dictionary<string, WatchedName> _names = new(StringComparer.OrdinalIgnoreCase);
    private TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<IHostAddresses> _places = [];
    private Task? _loop;

    /// <param name="warn">Told of names that are not found.</param>
    /// <param name="note">Told of those of them that are known nowhere but in a cluster, when this machine is in none.</param>
    /// <param name="clock">Gives the time.</param>
    public HostNameResolver(Action<string> warn, Action<string> note, TimeProvider clock)
    {
        (_warn, _note, _clock) = (warn, note, clock);
        _tried.SetResult();
    }

    /// <summary>Replaces the hosts that are watched. What is known already they have at once, the rest as it is found. Returns immediately.</summary>
    /// <param name="hosts">Those of the rules that run.</param>
    /// <param name="places">Where to look, in this order; the first that knows a name decides.</param>
    public void Watch(IEnumerable<NamedHost> hosts, IReadOnlyList<IHostAddresses> places)
    {
        lock (_gate)
        {
            _places = places;
            var names = new Dictionary<string, WatchedName>(StringComparer.OrdinalIgnoreCase);
            foreach (var group in hosts.GroupBy(h => h.Name, StringComparer.OrdinalIgnoreCase))
            {
                var name = names[group.Key] = _names.TryGetValue(group.Key, out var known) ? known : new WatchedName(group.Key);
                name.Serve([.. group]);
            }
            _names = names;
            if (_tried.Task.IsCompleted && names.Values.Any(n => !n.WasTried)) _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Settle();
            if (names.Count > 0) _loop ??= Task.Run(Run);
        }
        _changed.Release();
    }

    /// <summary>Waits until every name was tried once, but not longer than this.</summary>
    public void WaitForFirstAnswers(TimeSpan atMost)
    {
        Task tried;
        lock (_gate) tried = _tried.Task;
        tried.Wait(atMost);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _changed.Release();
        _loop?.Wait();
        // Look-ups that hang still hold the slots and the token: both are left to the collector.
    }

    private async Task Run()
    {
        try
        {
            while (true)
            {
                _stopping.Token.ThrowIfCancellationRequested();
                var (next, wait) = Next();
                if (next is null)
                {
                    await WaitForChange(wait).ConfigureAwait(false);
                    continue;
                }
                await _slots.WaitAsync(_stopping.Token).ConfigureAwait(false);
                _ = LookUp(next);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    /// <summary>The name that is due, marked as being asked for, or how long until one is.</summary>
    private (WatchedName? Name, TimeSpan Wait) Next()
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            var first = _names.Values.Where(n => !n.IsAsked).MinBy(n => n.Due);
            if (first is null) return (null, Timeout.InfiniteTimeSpan);
            if (first.Due > now) return (null, first.Due - now);
            first.IsAsked = true;
            return (first, default);
        }
    }

    /// <summary>One wait for a change lives on until there is one: a cancelled wait may still take the signal that the next one needs.</summary>
    private async Task WaitForChange(TimeSpan atMost)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        _change ??= _changed.WaitAsync(_stopping.Token);
        await Task.WhenAny(Task.Delay(atMost, _clock, ended.Token), _change).ConfigureAwait(false);
        if (_change.IsCompleted) _change = null;
        await ended.CancelAsync().ConfigureAwait(false);
    }

    private async Task LookUp(WatchedName name)
    {
        var asking = Ask(name.Name);
        _ = asking.ContinueWith(static (_, slots) => ((SemaphoreSlim)slots!).Release(), _slots, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        IReadOnlyList<byte[]> found = [];
        string? reason = null;
        try
        {
            found = await asking.WaitAsync(Patience, _clock, _stopping.Token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            reason = "no answer came in time";
        }
        catch (IOException e)
        {
            reason = e.Message;
        }
        catch (OperationCanceledException)
        {
            return;
        }
        lock (_gate)
        {
            name.Answer(found, reason, _clock.GetUtcNow());
            Settle();
        }
        _changed.Release();
    }

    private async Task<IReadOnlyList<byte[]>> Ask(string name)
    {
        // Away from the loop: a place may block before it returns its task.
        await Task.Yield();
        IOException? failure = null;
        foreach (var place in Volatile.Read(ref _places))
        {
            try
            {
                if (await place.Find(name, _stopping.Token).ConfigureAwait(false) is { Count: > 0 } found) return found;
            }
            catch (IOException e)
            {
                failure = e;
            }
        }
        return failure is null ? [] : throw failure;
    }

    /// <summary>When all names were tried, tells of those that have no address and were not told of yet.</summary>
    private void Settle()
    {
        if (_names.Values.Any(n => !n.WasTried)) return;
        var missing = _names.Values.Where(n => n.IsUntold).ToList();
        foreach (var name in missing) name.IsTold = true;
        Tell(_warn, [.. missing.Where(n => !ClusterNames.IsElsewhere(n.Name))]);
        Tell(_note, [.. missing.Where(n => ClusterNames.IsElsewhere(n.Name))]);
        _tried.TrySetResult();
    }

    private static void Tell(Action<string> who, IReadOnlyList<WatchedName> missing)
    {
        if (missing.Count == 0) return;
        var named = string.Join(", ", missing.Take(Told).Select(n => n.Reason is null ? n.Name : $"{n.Name} ({n.Reason})")) + (missing.Count > Told ? $" and {missing.Count - Told} more" : "");
        who($"no address is known for hosts that rules name: {named}; conditions on them do not hold until one is found");
    }
}
