using Peregrine.Filters;
using Peregrine.Rules;
using Peregrine.State;

namespace Peregrine.Sensor.Alerts;

/// <summary>An alert that is complete but for what its container is: everything else shows the event as it was when it happened.</summary>
/// <param name="Rule">The rule that matched, or may match.</param>
/// <param name="Time">The event's, ns since the epoch.</param>
/// <param name="Prefix">Time and priority, as they stand before the message.</param>
/// <param name="Text">The message.</param>
/// <param name="Fields">The output fields; null where alerts do not list them.</param>
/// <param name="Extra">Extra fields that are texts of their own.</param>
public sealed record HeldAlert(Rule Rule, ulong Time, byte[] Prefix, FrozenText Text, FrozenFields? Fields, IReadOnlyList<(string Key, FrozenText Text)> Extra)
{
    /// <summary>What must still become known.</summary>
    public ContainerFacts Awaits { get; } = Text.Awaits | (Fields?.Awaits ?? ContainerFacts.None) | Extra.Aggregate(ContainerFacts.None, static (facts, e) => facts | e.Text.Awaits);

    /// <summary>Roughly the bytes that it holds.</summary>
    public int Size { get; } = 256 + Prefix.Length + Text.Size + (Fields?.Size ?? 0) + Extra.Sum(static e => e.Text.Size);
}
