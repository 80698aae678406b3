using Microsoft.Extensions.Logging;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations;
using Peregrine.Hub.Ingest;
using Peregrine.Hub.Store.Postgres;
using Peregrine.Hub.Subscriptions;
using Peregrine.Hub.Web;

namespace Peregrine.Hub.Commands;

/// <summary><c>peregrine-hub check</c>: reads the configuration as a start would, says what is odd and who does not answer, and sends a test alert where one is asked for.</summary>
internal static class CheckCommand
{
    private static readonly TimeSpan LongestStoreProbe = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(HubCommandLine line, TextWriter output, TextWriter error)
    {
        var configuration = HubConfigurationReader.Read(line.ConfigFile, Environment.GetEnvironmentVariable);
        foreach (var warning in configuration.Warnings) await error.WriteLineAsync("warning: " + warning);
        using var heard = new WarningLog(error, configuration.Secrets);
        HubServer.Check(configuration);
        var warnings = configuration.Warnings.Count;
        if (line.SendTest is { } name && configuration.Destinations.All(d => d.Name != name)) throw new ConfigurationException($"there is no destination '{name}'");
        await using var made = new Trial(configuration, heard);
        var reachability = new ReachabilityCheck(configuration.Secrets);
        if (!line.Offline)
        {
            foreach (var (instance, destination) in made.All.Where(d => d.Instance.Name != line.SendTest)) reachability.Add(instance, destination);
            foreach (var sensor in made.Sensors) reachability.Add(configuration.Sensors, sensor);
        }
        var failed = false;
        foreach (var (instance, destination) in made.All)
        {
            if (instance.Name != line.SendTest)
            {
                await output.WriteLineAsync($"{instance.Name}: {instance.Kind.Title}, {(instance.TakesAll ? "all alerts" : "alerts that routes bring")}{(instance.MinimumPriority == 0 ? "" : $" from {Alerts.AlertPriorities.LowerName(instance.MinimumPriority)} on")}");
                continue;
            }
            var result = await TryAsync(destination, instance);
            failed = result.All.Outcome != DeliveryOutcome.Delivered;
            await output.WriteLineAsync($"{instance.Name}: {(failed ? "the test alert was not delivered: " + configuration.Secrets.Hide(result.All.Reason) : "the test alert was delivered")}");
        }
        if (!line.Offline) warnings += await TryStoreAsync(configuration, output, error);
        foreach (var warning in await reachability.FinishAsync())
        {
            warnings++;
            await error.WriteLineAsync("warning: " + warning);
        }
        await output.WriteLineAsync($"{configuration.Destinations.Count} destinations, {configuration.Routing.Routes.Count} routes, {warnings + heard.Count} warnings");
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

    private static async ValueTask<DeliveryResult> TryAsync(IDestination destination, DestinationInstance instance)
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

    /// <summary>What the configuration makes, as long as the check takes.</summary>
    private sealed class Trial : IAsyncDisposable
    {
        private readonly List<(DestinationInstance Instance, IDestination Destination)> _all = [];

        /// <exception cref="ConfigurationException">One cannot be made from its settings.</exception>
        public Trial(HubConfiguration configuration, ILoggerFactory logs)
        {
            foreach (var instance in configuration.Destinations) _all.Add((instance, instance.Kind.Create(AlertHub.Context(instance, configuration, TimeProvider.System, logs))));
            Sensors = SensorList.Calls(configuration.Sensors);
        }

        public IReadOnlyList<(DestinationInstance Instance, IDestination Destination)> All => _all;

        public IReadOnlyList<SensorCall> Sensors { get; }

        public async ValueTask DisposeAsync()
        {
            foreach (var (_, destination) in _all) await destination.DisposeAsync();
            foreach (var sensor in Sensors) sensor.Dispose();
        }
    }
}
