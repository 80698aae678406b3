namespace Peregrine.Sensor.Grpc;

/// <summary>
/// Alerts on their way to clients. While somebody is subscribed, each alert goes to every subscriber; while nobody is, alerts wait until somebody takes them. Both are bounded in number and bytes:
/// of what waits the oldest go first, a subscriber that reads too slowly misses the newest, and both are counted. Publishing never waits. Usable from every thread.
/// </summary>
internal sealed class AlertFeed
{
    /// <summary>Most bytes that wait, for nobody yet or for one subscriber.</summary>
    private const long MostBytes = 32 << 20;

    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _waiting = new();
    private readonly List<AlertSubscription> _subscriptions = [];
    private long _bytes;
    private long _published;
    private long _expired;
    private long _missed;

    /// <summary>Most alerts that wait.</summary>
    public int Capacity { get; set; } = 100_000;

    /// <summary>The counts up to now.</summary>
    public AlertFeedCounters Counters
    {
        get
        {
            lock (_gate) return new AlertFeedCounters(_published, _expired, _missed, _waiting.Count, _subscriptions.Count);
        }
    }

    /// <param name="message">The alert, encoded once for all.</param>
    public void Publish(byte[] message)
    {
        lock (_gate)
        {
            _published++;
            if (_subscriptions.Count > 0)
            {
                foreach (var subscription in _subscriptions)
                    if (!subscription.TryAdd(message)) _missed++;
                return;
            }
            _waiting.Enqueue(message);
            _bytes += message.Length;
            while (_waiting.Count > Capacity || _bytes > MostBytes)
            {
                _bytes -= _waiting.Dequeue().Length;
                _expired++;
            }
        }
    }

    /// <summary>Takes what waits, the oldest first.</summary>
    public byte[][] Take()
    {
        lock (_gate)
        {
            byte[][] all = [.. _waiting];
            _waiting.Clear();
            _bytes = 0;
            return all;
        }
    }

    /// <summary>What waits, and every alert from now on, until the subscription is disposed of.</summary>
    public AlertSubscription Subscribe()
    {
        lock (_gate)
        {
            var subscription = new AlertSubscription(Capacity, MostBytes, End);
            foreach (var message in _waiting) subscription.TryAdd(message);
            _waiting.Clear();
            _bytes = 0;
            _subscriptions.Add(subscription);
            return subscription;
        }
    }

    private void End(AlertSubscription subscription)
    {
        lock (_gate) _subscriptions.Remove(subscription);
    }
}

/// <param name="Published">Alerts given to the feed.</param>
/// <param name="Expired">Of these, how many waited for a client and gave way to newer ones.</param>
/// <param name="Missed">How many subscribers did not get, being slow; an alert counts once for each.</param>
/// <param name="Waiting">How many wait for a client.</param>
/// <param name="Subscribers">Clients that are subscribed.</param>
internal readonly record struct AlertFeedCounters(long Published, long Expired, long Missed, int Waiting, int Subscribers);
