using Microsoft.Extensions.Logging;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Ingest;
using Peregrine.Hub.Metrics;
using Peregrine.Hub.Web;

namespace Peregrine.Hub.Commands;

/// <summary>One run with one configuration: the hub and what it answers.</summary>
internal sealed partial class HubRun : IAsyncDisposable
{
    private readonly AlertHub _hub;
    private readonly HubServer _server;
    private readonly ILogger _log;

    private HubRun(AlertHub hub, HubServer server, ILoggerFactory logs) => (_hub, _server, _log) = (hub, server, logs.CreateLogger("Peregrine.Hub"));

    /// <param name="configuration">What it runs with.</param>
    /// <param name="front">What it listens on; it outlives the run.</param>
    /// <param name="log">Where it says what happens; it outlives the run.</param>
    /// <exception cref="ConfigurationException">A destination or a certificate cannot be made from its settings.</exception>
    /// <exception cref="IOException">The data folder or an address cannot be used.</exception>
    public static async ValueTask<HubRun> StartAsync(HubConfiguration configuration, HubFront front, HubLog log)
    {
        log.TellsAll = configuration.Top.Flag("debug");
        var logs = log.Logs;
        var pipeline = new AlertPipeline(configuration.Top);
        var counters = new HubCounters([.. pipeline.OwnFields, .. configuration.ExtraLabels]);
        AlertHub? hub = null;
        try
        {
            hub = await AlertHub.StartAsync(configuration, TimeProvider.System, logs);
            var server = await HubServer.StartAsync(front, hub, configuration, counters, pipeline, TimeProvider.System, logs);
            var run = new HubRun(hub, server, logs);
            foreach (var warning in configuration.Warnings) Log.Warning(run._log, warning);
            Log.Started(run._log, string.Join(", ", front.Addresses), configuration.DataFolder, configuration.Destinations.Count == 0 ? "none" : string.Join(", ", configuration.Destinations.Select(d => d.Name)));
            return run;
        }
        catch
        {
            if (hub is not null) await hub.DisposeAsync();
            throw;
        }
    }

    public void Refused(string reason) => Log.Refused(_log, reason);

    public async ValueTask DisposeAsync()
    {
        // First no more alerts come in, then what is under way ends.
        await _server.DisposeAsync();
        await _hub.DisposeAsync();
        Log.Stopped(_log);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
        public static partial void Warning(ILogger log, string warning);

        [LoggerMessage(Level = LogLevel.Information, Message = "listening on {Addresses}; data in {Folder}; destinations: {Destinations}")]
        public static partial void Started(ILogger log, string addresses, string folder, string destinations);

        [LoggerMessage(Level = LogLevel.Error, Message = "the changed configuration is refused, the running one goes on: {Reason}")]
        public static partial void Refused(ILogger log, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "stopped; what waits is delivered after the next start")]
        public static partial void Stopped(ILogger log);
    }
}
