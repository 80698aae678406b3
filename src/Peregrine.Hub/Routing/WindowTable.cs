using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Routing;

/// <summary>Alerts of one key within one stretch of time.</summary>
internal sealed class Window(string key, DateTimeOffset start, DateTimeOffset end, long sequence)
{
    // What a message can show; the count goes on.
    private const int MaxKept = 200;

    private readonly List<Alert> _alerts = [];

    public string Key => key;

    public DateTimeOffset Start => start;

    public DateTimeOffset End => end;

    public long FirstSequence => sequence;

    public int Count { get; private set; }

    public Alert Last { get; private set; } = null!;

    public IReadOnlyList<Alert> Alerts => _alerts;

    public void Add(Alert alert, bool keep)
    {
        Count++;
        Last = alert;
        if (keep && _alerts.Count < MaxKept) _alerts.Add(alert);
    }
}

/// <summary>Open windows by key, in the order of their ends (all windows of a table are as long).</summary>
internal sealed class WindowTable(int most)
{
    private readonly Dictionary<string, LinkedListNode<Window>> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<Window> _byEnd = new();

    public DateTimeOffset? NextEnd => _byEnd.First?.Value.End;

    public long OldestSequence => _byEnd.First?.Value.FirstSequence ?? long.MaxValue;

    /// <summary>Adds an alert to its key's window, opening one if there is none; <paramref name="ended"/> is a window that had to end to make room, or whose time was over.</summary>
    public Window Add(string key, Alert alert, long sequence, DateTimeOffset now, TimeSpan length, bool keepsAlerts, out Window? ended)
    {
        ended = null;
        if (_byKey.TryGetValue(key, out var node) && node.Value.End <= now) ended = Take(node.Value);
        if (!_byKey.TryGetValue(key, out node))
        {
            if (ended is null && _byKey.Count >= most) ended = Take(_byEnd.First!.Value);
            node = _byEnd.AddLast(new Window(key, now, now + length, sequence));
            _byKey[key] = node;
        }
        node.Value.Add(alert, keepsAlerts);
        return node.Value;
    }

    public Window Take(Window window)
    {
        if (_byKey.Remove(window.Key, out var node)) _byEnd.Remove(node);
        return window;
    }

    public IEnumerable<Window> TakeEnded(DateTimeOffset now)
    {
        while (_byEnd.First is { } first && first.Value.End <= now) yield return Take(first.Value);
    }
}
