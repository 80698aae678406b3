namespace Peregrine.Outputs;

/// <summary>
/// What became of the alerts given to one output, at one moment: <c>Offered = Delivered + Failed + Dropped + Waiting</c> once nothing is under way.
/// </summary>
/// <param name="Output">The output's name.</param>
/// <param name="Offered">Alerts given to the output.</param>
/// <param name="Delivered">Alerts that it delivered.</param>
/// <param name="Failed">Alerts that it tried to deliver and could not.</param>
/// <param name="Dropped">Alerts that found its queue full, or that were left when the sensor ended.</param>
/// <param name="Waiting">Alerts in its queue, the ones under way included.</param>
/// <param name="Capacity">How many may wait.</param>
public readonly record struct OutputCounters(string Output, long Offered, long Delivered, long Failed, long Dropped, int Waiting, int Capacity)
{
    /// <summary>What two outputs of one name did together.</summary>
    public static OutputCounters operator +(OutputCounters a, OutputCounters b) =>
        new(a.Output, a.Offered + b.Offered, a.Delivered + b.Delivered, a.Failed + b.Failed, a.Dropped + b.Dropped, a.Waiting + b.Waiting, a.Capacity + b.Capacity);
}
