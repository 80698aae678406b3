using Microsoft.Extensions.Logging.Abstractions;
using Peregrine.Hub;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations;

namespace Peregrine.HubTests.Support;

/// <summary>Makes destinations as a configuration would.</summary>
internal static class TestDestinations
{
    /// <summary>The only destination that a configuration switches on.</summary>
    public static IDestination Create(string yaml)
    {
        var configuration = HubConfigurationReader.ReadText(yaml, _ => null);
        Assert.Empty(configuration.Warnings);
        var instance = Assert.Single(configuration.Destinations);
        return instance.Kind.Create(AlertHub.Context(instance, configuration, TimeProvider.System, NullLoggerFactory.Instance));
    }

    /// <summary>Delivers alerts to the destination of a configuration.</summary>
    public static async Task<DeliveryResult> DeliverAsync(string yaml, params Alert[] alerts)
    {
        await using var destination = Create(yaml);
        return await destination.DeliverAsync(alerts, TestContext.Current.CancellationToken);
    }
}
