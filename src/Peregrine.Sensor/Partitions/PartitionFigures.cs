namespace Peregrine.Sensor.Partitions;

/// <summary>What one of several workers has done.</summary>
/// <param name="Events">Events whose rules it asked.</param>
/// <param name="Alerts">Alerts that it made.</param>
/// <param name="Waiting">Batches that it has before it.</param>
/// <param name="Waits">How often the reading of events had to wait for it.</param>
internal readonly record struct PartitionFigures(ulong Events, ulong Alerts, long Waiting, ulong Waits);
