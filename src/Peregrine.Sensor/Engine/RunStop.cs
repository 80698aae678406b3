namespace Peregrine.Sensor.Engine;

/// <summary>Whether the run has been asked to end: by a signal, by its time limit, by who called the program. Any thread may ask.</summary>
internal sealed class RunStop : IDisposable
{
    private readonly CancellationTokenSource _source;

    public RunStop(TimeSpan? limit, CancellationToken outer)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        if (limit is { } time) _source.CancelAfter(time);
    }

    public bool IsRequested => _source.IsCancellationRequested;

    public CancellationToken Token => _source.Token;

    public void Request() => _source.Cancel();

    /// <summary>Requests it when so much time has passed from now on.</summary>
    public void RequestAfter(TimeSpan time) => _source.CancelAfter(time);

    public void Dispose() => _source.Dispose();
}
