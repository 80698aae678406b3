namespace Peregrine.Outputs;

/// <summary>All outputs of a sensor: an alert given to the set is offered to every one of them.</summary>
public sealed class OutputSet : IDisposable
{
    private readonly OutputQueue[] _queues;
    private readonly TimeSpan _patience;
    private readonly Action<string> _complain;
    private readonly bool[] _reported;
    private bool _stopped;

    /// <param name="queues">The outputs' queues; the set owns them from here on.</param>
    /// <param name="patience">How long one delivery may take before it is reported as stuck, and how long the end waits for what is left.</param>
    /// <param name="complain">Told when an output is stuck.</param>
    public OutputSet(IEnumerable<OutputQueue> queues, TimeSpan patience, Action<string> complain)
    {
        _queues = [.. queues];
        _reported = new bool[_queues.Length];
        (_patience, _complain) = (patience, complain);
    }

    public int Count => _queues.Length;

    public void Offer(Alert alert)
    {
        foreach (var queue in _queues) queue.Offer(alert);
    }

    public IReadOnlyList<OutputCounters> Counters => [.. _queues.Select(q => q.Counters)];

    /// <summary>Says once per spell which outputs have been busy with one delivery for longer than they may. To be called now and then.</summary>
    public void ReportStuck()
    {
        for (var i = 0; i < _queues.Length; i++)
        {
            var stuck = _queues[i].Busy > _patience;
            if (stuck && !_reported[i]) _complain($"output {_queues[i].Name}: no progress for {_patience.TotalMilliseconds:0} ms; its alerts wait in its queue ({_queues[i].Counters.Waiting} of {_queues[i].Counters.Capacity})");
            _reported[i] = stuck;
        }
    }

    public void Reopen()
    {
        foreach (var queue in _queues) queue.Reopen();
    }

    /// <summary>Delivers what waits, all outputs at the same time, and ends them.</summary>
    public void Stop()
    {
        if (_stopped) return;
        _stopped = true;
        var ends = _queues.Select(queue => new Thread(() => queue.Stop(_patience)) { IsBackground = true }).ToArray();
        foreach (var end in ends) end.Start();
        foreach (var end in ends) end.Join();
    }

    public void Dispose() => Stop();
}
