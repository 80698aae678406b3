using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations;
using Peregrine.Hub.Destinations.Http;
using Peregrine.Hub.Routing;
using Peregrine.Hub.Store.Postgres;

namespace Peregrine.Hub.Configuration;

/// <summary>The checked configuration, immutable: a changed file makes a new one.</summary>
public sealed class HubConfiguration
{
    public required SettingValues Top { get; init; }

    public required SettingValues TlsServer { get; init; }

    public required SettingValues Ingest { get; init; }

    public required SettingValues Sensors { get; init; }

    public required SettingValues Retention { get; init; }

    /// <summary>The database that the alerts are kept in; null for the embedded store.</summary>
    public required PostgresAddress? Database { get; init; }

    /// <summary>The hub's name among those that share a store.</summary>
    public required string HubName { get; init; }

    /// <summary>Output fields that become labels of the alert counter.</summary>
    public required IReadOnlyList<string> ExtraLabels { get; init; }

    public required ClientTls ClientTls { get; init; }

    public required IReadOnlyList<DestinationInstance> Destinations { get; init; }

    public required RoutingRules Routing { get; init; }

    public required SecretTexts Secrets { get; init; }

    /// <summary>What is odd but no reason to stop, each with its place.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    public string DataFolder => Top.Text("data");
}

/// <summary>A destination that is switched on.</summary>
public sealed record DestinationInstance
{
    /// <summary>Unique; the kind's name for the reference's sections.</summary>
    public required string Name { get; init; }

    public required DestinationKind Kind { get; init; }

    public required SettingValues Settings { get; init; }

    public SettingValues Shared { get; init; } = SettingValues.Empty;

    public required DeliveryOptions Delivery { get; init; }

    /// <summary>Less urgent alerts do not reach it, whatever a route says; test alerts do.</summary>
    public AlertPriority MinimumPriority { get; init; }

    /// <summary>Gets every alert without a route, as a section of the reference does; named ones get what routes bring.</summary>
    public bool TakesAll { get; init; }
}
