using Peregrine.Filters;

namespace Peregrine.Sensor.Names;

/// <summary>A name, the conditions' hosts of that name, and when to look again. Guarded by its resolver.</summary>
internal sealed class WatchedName(string name)
{
    private IReadOnlyList<byte[]> _addresses = [];
    private IReadOnlyList<NamedHost> _hosts = [];
    private TimeSpan _pause = HostNameResolver.FirstPause;

    public string Name => name;

    /// <summary>When it is to be looked up next; at once at first.</summary>
    public DateTimeOffset Due { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Whether an answer is awaited now.</summary>
    public bool IsAsked { get; set; }

    public bool WasTried { get; private set; }

    /// <summary>Why there was no answer; null when the answer was that there is no address.</summary>
    public string? Reason { get; private set; }

    public bool IsTold { get; set; }

    /// <summary>Whether it has no address and nobody was told so.</summary>
    public bool IsUntold => WasTried && _addresses.Count == 0 && !IsTold;

    /// <summary>The hosts to keep up to date from now on.</summary>
    public void Serve(IReadOnlyList<NamedHost> hosts)
    {
        _hosts = hosts;
        Hand();
    }

    public void Answer(IReadOnlyList<byte[]> found, string? reason, DateTimeOffset now)
    {
        (IsAsked, WasTried, Reason) = (false, true, reason);
        if (found.Count > 0)
        {
            (_addresses, _pause, Due) = (found, HostNameResolver.FirstPause, now + HostNameResolver.Refresh);
            Hand();
            return;
        }
        // Addresses that were found once stay: a name server that is away must not blind the rules.
        Due = now + _pause;
        _pause = TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, HostNameResolver.LongestPause.Ticks));
    }

    private void Hand()
    {
        foreach (var host in _hosts) host.Addresses = _addresses;
    }
}
