namespace Peregrine.Sensor.Partitions;

/// <summary>An event in a batch.</summary>
internal readonly struct BatchEntry
{
    /// <summary>Where its record begins in the batch's bytes.</summary>
    public required int Offset { get; init; }

    public required int Length { get; init; }

    /// <summary>The worker that asks the rules about it; 0 when that is the one that reads, or when no rule wants it.</summary>
    public required ushort Owner { get; init; }

    public required ushort Cpu { get; init; }

    /// <summary>Its position among the surfaced events.</summary>
    public required ulong Number { get; init; }

    /// <summary>When the event before it happened, ns since the epoch.</summary>
    public required ulong Previous { get; init; }

    /// <summary>Whether the state of every worker must take it.</summary>
    public required bool ChangesState { get; init; }

    /// <summary>Whether it only feeds the state.</summary>
    public required bool IsStateOnly { get; init; }
}

/// <summary>An alert that waits for its turn.</summary>
/// <param name="At">How many events of the batch come before its event.</param>
/// <param name="Rule">The rule that matched.</param>
/// <param name="Alert">Ready to be delivered.</param>
internal readonly record struct BatchAlert(int At, Rules.Rule Rule, Outputs.Alert Alert);
