namespace Peregrine.Outputs;

/// <summary>
/// One place that alerts go to. An output is called by the one thread of its <see cref="OutputQueue"/>, so it may block and needs no locks; it must not keep the list it is given.
/// </summary>
public interface IAlertOutput : IDisposable
{
    /// <summary>The name under which it is configured and counted: stdout, file, syslog, program, http.</summary>
    string Name { get; }

    /// <summary>Most alerts that it is given at once: many where that saves work, few where each takes its time, so that progress is seen.</summary>
    int BatchSize => 256;

    /// <summary>
    /// Delivers a few alerts in order. Throws when one cannot be delivered; the report says how many were before it. A <see cref="DeliveryException"/> says what kind of failure it was;
    /// an error of input or output counts as <see cref="DeliveryFailure.Unreachable"/>, anything else as <see cref="DeliveryFailure.Rejected"/>.
    /// </summary>
    void Deliver(ReadOnlySpan<Alert> alerts, ref DeliveryReport report);

    /// <summary>Writes out what the output keeps back. Called when it was idle for a while, and before the end.</summary>
    void Flush();

    /// <summary>Opens its file or connection anew; what it points at may have been moved away.</summary>
    void Reopen();

    /// <summary>Makes a delivery that blocks give up, from another thread: the sensor is ending and has waited long enough.</summary>
    void Abort();

    /// <summary>What became of the alerts, by what the queue has counted; an output that keeps alerts itself adds its own figures. From any thread, and never waiting: the queue takes no alerts meanwhile.</summary>
    OutputCounters Count(OutputCounters queue) => queue;
}

/// <summary>What became of the alerts of one delivery.</summary>
public struct DeliveryReport
{
    /// <summary>Alerts that arrived, counted as they do: those before a failure stay delivered.</summary>
    public int Delivered;
}
