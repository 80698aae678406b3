using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Delivery;

/// <summary>Neighbouring entries of a queue that are delivered together.</summary>
internal sealed class Batch(long from)
{
    private readonly List<(QueueEntry Entry, Alert Alert)> _alerts = [];

    public IReadOnlyList<(QueueEntry Entry, Alert Alert)> Alerts => _alerts;

    /// <summary>The number of the entry behind the last.</summary>
    public long End { get; private set; } = from;

    public int Count => _alerts.Count;

    /// <summary>Bytes of all entries, those that could not be read included.</summary>
    public long Bytes { get; private set; }

    public void Add(QueueEntry entry, Alert alert)
    {
        _alerts.Add((entry, alert));
        Skip(entry);
    }

    public void Skip(QueueEntry entry)
    {
        End++;
        Bytes += entry.Bytes;
    }
}

/// <summary>Confirms batches in the queue's order, in whatever order they end.</summary>
internal sealed class BatchQueue(DestinationQueue queue)
{
    private readonly LinkedList<(Batch Batch, bool Done)> _underWay = [];
    private readonly Lock _lock = new();

    public void Begin(Batch batch)
    {
        lock (_lock) _underWay.AddLast((batch, false));
    }

    public void Done(Batch batch)
    {
        lock (_lock)
        {
            for (var node = _underWay.First; node is not null; node = node.Next)
                if (node.Value.Batch == batch) node.Value = (batch, true);
            while (_underWay.First is { Value.Done: true } first)
            {
                queue.Confirm(first.Value.Batch.End, first.Value.Batch.Bytes);
                _underWay.RemoveFirst();
            }
        }
    }
}
