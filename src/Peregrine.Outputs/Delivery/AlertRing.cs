using System.Diagnostics.CodeAnalysis;

namespace Peregrine.Outputs;

/// <summary>Alerts that wait, first in, first out, with what they weigh. Needs a lock around it.</summary>
internal sealed class AlertRing
{
    private readonly Queue<Alert> _alerts = new();

    public int Count => _alerts.Count;

    /// <summary>What they weigh together, in bytes.</summary>
    public long Bytes { get; private set; }

    public void Enqueue(Alert alert)
    {
        _alerts.Enqueue(alert);
        Bytes += alert.Weight;
    }

    public bool TryDequeue([MaybeNullWhen(false)] out Alert alert)
    {
        if (!_alerts.TryDequeue(out alert)) return false;
        Bytes -= alert.Weight;
        // After a long outage the memory goes back.
        if (_alerts.Count == 0 && _alerts.Capacity > 4096) _alerts.TrimExcess(256);
        return true;
    }

    public void Clear()
    {
        _alerts.Clear();
        Bytes = 0;
    }
}
