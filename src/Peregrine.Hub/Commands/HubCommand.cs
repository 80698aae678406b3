using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Web;

namespace Peregrine.Hub.Commands;

/// <summary>The command line of <c>peregrine-hub</c>. Exit codes: 0 ended as asked, 1 the configuration or the machine does not allow it, 2 the command line is wrong.</summary>
internal static class HubCommand
{
    private const string Usage = """
        usage: peregrine-hub [-c FILE]             take alerts in, keep them, bring them on
               peregrine-hub check [-c FILE]       check the configuration and whether its servers answer
               peregrine-hub destinations [KIND]   list the kinds of destination, or one's settings
               peregrine-hub ack --list            list the alerts that wait to be acknowledged [--match CONDITION]
               peregrine-hub ack ID…               acknowledge alerts by their uuid, or by --match CONDITION

          -c, --config-file FILE   the configuration (YAML); without one the environment alone counts
          -v, --version            print the version
              --send-test NAME     with 'check': send a test alert to this destination; exit code 1 when it is not taken
              --offline            with 'check': contact nobody
          -l, --list               with 'ack': show what is open
              --by WHO             who acknowledges; without it the user who types
              --comment TEXT       what is said about it
              --url URL            the hub that 'ack' asks (or PEREGRINE_HUB_URL); without it the one of the configuration, on this machine
              --cacertfile FILE    authority of that hub; --certfile FILE and --keyfile FILE: our own certificate, where it wants one
          -h, --help               print this

        'ack' takes the token from PEREGRINE_HUB_TOKEN, else the first of the configuration.
        Alerts are posted to http://HOST:2801/ . Signals: TERM and INT stop it, HUP reads the configuration again.
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        try
        {
            var line = HubCommandLine.Parse(args);
            if (line.ShowHelp) await output.WriteLineAsync(Usage);
            else if (line.ShowVersion) await output.WriteLineAsync("peregrine-hub " + Version);
            else if (line.Command == "destinations") DestinationListing.Write(output, line.Argument);
            else if (line.Command == "ack") return await AckCommand.RunAsync(line, output, error);
            else if (line.Command == "check") return await CheckCommand.RunAsync(line, output, error);
            else return await ServeAsync(line);
            return 0;
        }
        catch (CommandLineException e)
        {
            await error.WriteLineAsync($"peregrine-hub: {e.Message}\nTry 'peregrine-hub --help'.");
            return 2;
        }
        catch (Exception e) when (e is ConfigurationException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync("peregrine-hub: " + e.Message);
            return 1;
        }
    }

    private static string Version => typeof(HubCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    private static async Task<int> ServeAsync(HubCommandLine line)
    {
        using var stop = new CancellationTokenSource();
        using var reload = new SemaphoreSlim(0);
        using var term = Signals.On(PosixSignal.SIGTERM, stop.Cancel);
        using var interrupt = Signals.On(PosixSignal.SIGINT, stop.Cancel);
        using var hangup = Signals.On(PosixSignal.SIGHUP, () => reload.Release());
        var before = ConfigWatch.Content(line.ConfigFile);
        var configuration = HubConfigurationReader.Read(line.ConfigFile, Environment.GetEnvironmentVariable);
        using var watch = ConfigWatch.Start(line.ConfigFile, before, () => reload.Release());
        using var log = new HubLog();
        await using var front = new HubFront(log.Logs);
        while (true)
        {
            await using var run = await HubRun.StartAsync(configuration, front, log);
            configuration = await NextAsync(line, configuration, reload, run, front, stop.Token);
            if (stop.IsCancellationRequested) return 0;
        }
    }

    /// <summary>Waits for a stop or for a new configuration that can be used; a broken one is refused and the running one goes on.</summary>
    private static async Task<HubConfiguration> NextAsync(HubCommandLine line, HubConfiguration running, SemaphoreSlim reload, HubRun run, HubFront front, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await reload.WaitAsync(stop);
                // Whatever asked for it meanwhile gets this one.
                while (reload.Wait(0, CancellationToken.None))
                {
                }
                var next = HubConfigurationReader.Read(line.ConfigFile, Environment.GetEnvironmentVariable);
                HubServer.Check(next);
                front.Check(next);
                // What is odd about it is told when it runs.
                foreach (var instance in next.Destinations)
                {
                    await using var trial = instance.Kind.Create(AlertHub.Context(instance, next, TimeProvider.System, NullLoggerFactory.Instance));
                }
                return next;
            }
            catch (OperationCanceledException)
            {
                return running;
            }
            catch (ConfigurationException e)
            {
                run.Refused(e.Message);
            }
        }
    }
}
