namespace Peregrine.Outputs;

/// <summary>An output as the configuration wants it.</summary>
/// <param name="Settings">Everything it is made from, by value: a running output with equal settings is the wanted one.</param>
/// <param name="Make">Makes it with its queue; may throw when it cannot be as it is wanted.</param>
public sealed record OutputSpec(object Settings, Func<OutputQueue> Make);

/// <summary>
/// All outputs of a sensor: an alert given to the set is offered to every one of them. The outputs can be exchanged while alerts come: <see cref="Prepare"/> makes what is new,
/// <see cref="Replace"/> puts it in place between two alerts, <see cref="EndReplaced"/> lets what is gone deliver what it still has.
/// </summary>
public sealed class OutputSet : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Action<string> _complain;
    private readonly List<OutputQueue> _leaving = [];
    private readonly Dictionary<string, OutputCounters> _past = new(StringComparer.Ordinal);
    private OutputQueue[] _queues;
    private TimeSpan _patience;
    private bool _stopped;

    /// <param name="queues">The outputs' queues; the set owns them from here on.</param>
    /// <param name="patience">How long one delivery may take before it is reported as stuck, and how long the end waits for what is left.</param>
    /// <param name="complain">Told when an output is stuck.</param>
    public OutputSet(IEnumerable<OutputQueue> queues, TimeSpan patience, Action<string> complain)
    {
        _queues = [.. queues];
        (_patience, _complain) = (patience, complain);
    }

    public int Count => _queues.Length;

    /// <summary>By name; what outputs that were replaced had done is part of their successor's.</summary>
    public IReadOnlyList<OutputCounters> Counters
    {
        get
        {
            lock (_gate)
            {
                var all = new Dictionary<string, OutputCounters>(_past, StringComparer.Ordinal);
                foreach (var queue in _queues.Concat(_leaving)) Add(all, queue.Counters);
                return [.. all.Values];
            }
        }
    }

    public void Offer(Alert alert)
    {
        foreach (var queue in Volatile.Read(ref _queues)) queue.Offer(alert);
    }

    /// <summary>The queues for these outputs: the running ones where their settings are the same, else new ones. When one cannot be made, nothing has changed.</summary>
    public IReadOnlyList<OutputQueue> Prepare(IReadOnlyList<OutputSpec> specs)
    {
        ArgumentNullException.ThrowIfNull(specs);
        var running = Volatile.Read(ref _queues);
        var wanted = new List<OutputQueue>(specs.Count);
        try
        {
            foreach (var spec in specs)
                wanted.Add(Array.Find(running, queue => Equals(queue.Settings, spec.Settings)) ?? spec.Make());
            return wanted;
        }
        catch
        {
            Discard(wanted);
            throw;
        }
    }

    /// <summary>Ends what was prepared and will not be used.</summary>
    public void Discard(IEnumerable<OutputQueue> prepared)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        foreach (var queue in prepared.Except(Volatile.Read(ref _queues))) queue.Dispose();
    }

    /// <summary>From the next alert on, these outputs are the ones. Waits for nothing.</summary>
    public void Replace(IReadOnlyList<OutputQueue> prepared, TimeSpan patience)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        lock (_gate)
        {
            _patience = patience;
            _leaving.AddRange(_queues.Except(prepared));
            Volatile.Write(ref _queues, [.. prepared]);
        }
    }

    /// <summary>Lets the outputs that were replaced deliver what waits in their queues, for as long as one delivery may take, and ends them.</summary>
    public void EndReplaced()
    {
        OutputQueue[] leaving;
        lock (_gate) leaving = [.. _leaving];
        End(leaving, _patience);
        lock (_gate)
        {
            foreach (var queue in leaving)
            {
                if (_leaving.Remove(queue)) Add(_past, queue.Counters.Ended());
            }
        }
    }

    /// <summary>Says once per spell which outputs have been busy with one delivery for longer than they may. To be called now and then.</summary>
    public void ReportStuck()
    {
        foreach (var queue in Volatile.Read(ref _queues)) queue.ReportStuck(_patience, _complain);
    }

    public void Reopen()
    {
        foreach (var queue in Volatile.Read(ref _queues)) queue.Reopen();
    }

    /// <summary>Delivers what waits, all outputs at the same time, and ends them.</summary>
    public void Stop()
    {
        OutputQueue[] all;
        lock (_gate)
        {
            if (_stopped) return;
            _stopped = true;
            all = [.. _queues, .. _leaving];
        }
        End(all, _patience);
    }

    public void Dispose() => Stop();

    private static void End(OutputQueue[] queues, TimeSpan patience)
    {
        var ends = queues.Select(queue => new Thread(() => queue.Stop(patience)) { IsBackground = true }).ToArray();
        foreach (var end in ends) end.Start();
        foreach (var end in ends) end.Join();
    }

    private static void Add(Dictionary<string, OutputCounters> all, OutputCounters more) =>
        all[more.Output] = all.TryGetValue(more.Output, out var known) ? known + more : more;
}
