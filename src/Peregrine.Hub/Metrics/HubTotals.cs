using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Metrics;

/// <summary>A count under one of the reference's names.</summary>
/// <param name="Name"><c>inputs</c> or <c>outputs</c>.</param>
/// <param name="About">What is counted: a source of inputs, or a kind of destination.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Value">How many alerts, since the hub's start.</param>
public readonly record struct HubTotal(string Name, (string Name, string Value) About, string Status, long Value);

/// <summary>What the hub counted of its own work, for its page of metrics and for destinations that push metrics. Empty until the hub runs. Threads may share it.</summary>
public sealed class HubTotals
{
    internal const string InputsName = "inputs";
    internal const string OutputsName = "outputs";

    internal HubCounters? Inputs { get; set; }

    internal IReadOnlyList<DestinationWorker> Workers { get; set; } = [];

    public IEnumerable<HubTotal> Read()
    {
        if (Inputs is { } inputs)
        {
            yield return new HubTotal(InputsName, ("source", "requests"), "accepted", inputs.AcceptedTotal);
            yield return new HubTotal(InputsName, ("source", "requests"), "rejected", inputs.RejectedTotal);
        }
        foreach (var kind in Workers.GroupBy(w => w.Instance.Kind.Name, StringComparer.Ordinal))
        {
            yield return new HubTotal(OutputsName, ("destination", kind.Key), "ok", kind.Sum(w => w.Counters.Delivered));
            yield return new HubTotal(OutputsName, ("destination", kind.Key), "error", kind.Sum(w => w.Counters.Rejected + w.Counters.Expired + w.Counters.Overflowed + w.Counters.FallenBack + w.Counters.Lost));
        }
    }
}
