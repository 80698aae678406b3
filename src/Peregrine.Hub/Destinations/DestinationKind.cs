using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations;

/// <summary>
/// A kind of destination, declared in one place beside its code: where its settings stand in the configuration, what they are, and how an instance is made. The reader of the configuration, its check, the environment
/// names, the metrics and the documentation come from this.
/// </summary>
public sealed record DestinationKind
{
    /// <summary>The name in metrics, logs and <c>destinations: [{kind: …}]</c>: lower case, one word (<c>awssqs</c>).</summary>
    public required string Name { get; init; }

    /// <summary>The section of the configuration, with dots (<c>aws.sqs</c>).</summary>
    public required string Section { get; init; }

    /// <summary>The service's own name.</summary>
    public required string Title { get; init; }

    public required DestinationFamily Family { get; init; }

    /// <summary>The section's keys that must all have a value to switch the destination on.</summary>
    public required IReadOnlyList<string> EnabledBy { get; init; }

    /// <summary>Its own settings; those that all have (<c>minimumpriority</c>, …) and, over HTTP, <see cref="HttpSettings.All"/> are added by <see cref="Settings"/>.</summary>
    public required IReadOnlyList<Setting> OwnSettings { get; init; }

    /// <summary>Makes an instance. It may throw a <see cref="ConfigurationException"/> for values that cannot be right together; it contacts nobody.</summary>
    public required Func<DestinationContext, IDestination> Create { get; init; }

    /// <summary>Whether it talks HTTP through <see cref="Http.HttpDestination"/>.</summary>
    public bool IsHttp { get; init; }

    /// <summary>Takes <c>customheaders</c>.</summary>
    public bool HasCustomHeaders { get; init; }

    /// <summary>A section whose settings several kinds share (<c>aws</c>, <c>gcp</c>, <c>yandex</c>); null for none.</summary>
    public SharedSection? Shared { get; init; }

    /// <summary>What it takes in one delivery; may depend on its settings.</summary>
    public Func<SettingValues, BatchLimits> Batch { get; init; } = _ => BatchLimits.One;

    /// <summary>All settings of the section.</summary>
    public IReadOnlyList<Setting> Settings => [.. OwnSettings, .. CommonSettings.All, .. IsHttp ? HttpSettings.All : [], .. HasCustomHeaders ? HttpSettings.CustomHeaders : []];
}

/// <summary>Settings that stand once for several kinds.</summary>
/// <param name="Section">The section (<c>aws</c>).</param>
/// <param name="Settings">What it declares.</param>
public sealed record SharedSection(string Section, IReadOnlyList<Setting> Settings);
