using System.Collections.Concurrent;
using Peregrine.Outputs;

namespace Peregrine.UnitTests.Outputs;

/// <summary>An output that keeps what it gets, and fails as it is told to.</summary>
internal sealed class RecordingOutput : IAlertOutput
{
    private readonly ConcurrentQueue<string> _lines = new();

    public ManualResetEventSlim? Hold { get; init; }

    public ManualResetEventSlim Entered { get; } = new();

    public TimeSpan Delay { get; init; }

    /// <summary>Asked before each alert; an exception is what befalls it.</summary>
    public Func<string, Exception?> Fails { get; set; } = static _ => null;

    public string Name { get; init; } = "recording";

    public IReadOnlyCollection<string> Lines => _lines;

    public int Attempts;

    public void Deliver(ReadOnlySpan<Alert> alerts, ref DeliveryReport report)
    {
        Entered.Set();
        Hold?.Wait();
        foreach (var alert in alerts)
        {
            Interlocked.Increment(ref Attempts);
            if (Delay > TimeSpan.Zero) Thread.Sleep(Delay);
            var line = Alerts.TextOf(alert);
            if (Fails(line) is { } failure) throw failure;
            _lines.Enqueue(line);
            report.Delivered++;
        }
    }

    public void Flush()
    {
    }

    public void Reopen()
    {
    }

    public void Abort()
    {
    }

    public void Dispose()
    {
    }
}
