namespace Peregrine.Sensor.Reloading;

/// <summary>What became of reloads. Written by the reloading thread, read by any.</summary>
internal sealed class ReloadCounters
{
    private long _succeeded;
    private long _refused;
    private long _lastSuccess;
    private string? _lastError;

    public long SucceededCount => Interlocked.Read(ref _succeeded);

    public long RefusedCount => Interlocked.Read(ref _refused);

    /// <summary>Ticks (UTC) of the last success; 0 before one.</summary>
    public long LastSuccessTicks => Interlocked.Read(ref _lastSuccess);

    /// <summary>Why the last reload was refused; null when it was not.</summary>
    public string? LastError => Volatile.Read(ref _lastError);

    public void Succeeded()
    {
        Interlocked.Increment(ref _succeeded);
        Interlocked.Exchange(ref _lastSuccess, DateTime.UtcNow.Ticks);
        Volatile.Write(ref _lastError, null);
    }

    public void Refused(string reason)
    {
        Interlocked.Increment(ref _refused);
        Volatile.Write(ref _lastError, reason);
    }
}
