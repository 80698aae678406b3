using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Ingest;
using Peregrine.Hub.Store.Postgres;
using Peregrine.Hub.Web;

namespace Peregrine.Hub.Commands;

/// <summary><c>peregrine-hub check</c>: reads the configuration as a start would, says what is odd, and sends a test alert where one is asked for.</summary>
internal static class CheckCommand
{
    private static readonly TimeSpan LongestStoreProbe = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(HubCommandLine line, TextWriter output, TextWriter error)
    {
        var configuration = HubConfigurationReader.Read(line.ConfigFile, Environment.GetEnvironmentVariable);
        foreach (var warning in configuration.Warnings) await error.WriteLineAsync("warning: " + warning);
        using var heard = new WarningLog(error, configuration.Secrets);
        HubServer.Check(configuration);
        var sent = line.SendTest is null;
        var failed = false;
        foreach (var instance in configuration.Destinations)
        {
            await using var destination = instance.Kind.Create(AlertHub.Context(instance, configuration, TimeProvider.System, heard));
            if (instance.Name != line.SendTest)
            {
                await output.WriteLineAsync($"{instance.Name}: {instance.Kind.Title}, {(instance.TakesAll ? "all alerts" : "alerts that routes bring")}{(instance.MinimumPriority == 0 ? "" : $" from {Alerts.AlertPriorities.LowerName(instance.MinimumPriority)} on")}");
                continue;
            }
            sent = true;
            var result = await TryAsync(destination, instance);
            failed |= result.All.Outcome != DeliveryOutcome.Delivered;
            await output.WriteLineAsync($"{instance.Name}: {(result.All.Outcome == DeliveryOutcome.Delivered ? "the test alert was delivered" : "the test alert was not delivered: " + configuration.Secrets.Hide(result.All.Reason))}");
        }
        var unreachable = await TryStoreAsync(configuration, output, error);
        if (!sent) throw new ConfigurationException($"there is no destination '{line.SendTest}'");
        await output.WriteLineAsync($"{configuration.Destinations.Count} destinations, {configuration.Routing.Routes.Count} routes, {configuration.Warnings.Count + heard.Count + unreachable} warnings");
        return failed ? 1 : 0;
    }

    // A database that is away is no error: alerts would wait for it.
    private static async ValueTask<int> TryStoreAsync(HubConfiguration configuration, TextWriter output, TextWriter error)
    {
        if (configuration.Database is not { } database) return 0;
        using var limit = new CancellationTokenSource(LongestStoreProbe);
        var reason = $"no answer within {LongestStoreProbe.TotalSeconds:0} s";
        try
        {
            var version = await PostgresStore.ProbeAsync(database, configuration.ClientTls.ExtraAuthorities, limit.Token);
            await output.WriteLineAsync($"store: PostgreSQL {version} at {database.Name}, for the hub '{configuration.HubName}'");
            return 0;
        }
        catch (IOException e)
        {
            reason = configuration.Secrets.Hide(e.Message);
        }
        catch (OperationCanceledException)
        {
            // The limit says it.
        }
        await error.WriteLineAsync($"warning: {configuration.Top.PlaceOf("store")}: {reason}");
        return 1;
    }

    private static async ValueTask<DeliveryResult> TryAsync(Destinations.IDestination destination, DestinationInstance instance)
    {
        using var limit = new CancellationTokenSource(instance.Delivery.Timeout);
        try
        {
            return await destination.DeliverAsync([IngestEndpoint.TestAlert()], limit.Token);
        }
        catch (OperationCanceledException)
        {
            return DeliveryResult.Retry($"no answer within {instance.Delivery.Timeout.TotalSeconds:0.###} s");
        }
        catch (Exception e)
        {
            // Whatever a client library throws is the answer to this question.
            return DeliveryResult.Retry(e.Message);
        }
    }
}
