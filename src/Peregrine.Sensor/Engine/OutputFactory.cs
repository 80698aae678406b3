using Peregrine.Kernel.Files;
using Peregrine.Outputs;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Grpc;
using Peregrine.Sensor.Logging;

namespace Peregrine.Sensor.Engine;

/// <summary>Says which outputs the configuration wants and how each is made.</summary>
/// <param name="console">Where the stdout output writes.</param>
/// <param name="hostname">The machine's name, for syslog.</param>
/// <param name="log">Told about failures.</param>
/// <param name="patient">Whether alerts wait for a slow output (a replay) instead of being dropped (a live sensor).</param>
internal sealed class OutputFactory(SensorConsole console, string hostname, SensorLog log, bool patient)
{
    /// <summary>A replay has an end, which must come though a server be away.</summary>
    private const int AttemptsInReplays = 5;

    private static readonly TimeSpan LongestPauseInReplays = TimeSpan.FromSeconds(1);

    /// <param name="options">What is wanted.</param>
    /// <param name="feed">Where the gRPC server takes alerts from; null when it serves none.</param>
    public List<OutputSpec> Specs(OutputOptions options, AlertFeed? feed)
    {
        var specs = new List<OutputSpec>();
        var told = new OutputLog(log.Warning, log.Info);
        if (options.Stdout) Add(("stdout", options.Buffered), RetryOptions.None, () => new StdoutOutput(console.AlertOut, options.Buffered));
        if (options.File is { } file) Add(file, new RetryOptions(), () => new FileOutput(file.Path, file.KeepOpen));
        if (options.Syslog is { } syslog && HasDaemon(syslog))
            Add((syslog, Stamps(syslog.Tls)), new RetryOptions(), () => new SyslogOutput(syslog with { Hostname = hostname }, console.Clock.LocalTimeZone));
        if (options.Program is { } program) Add(program, new RetryOptions(), () => new ProgramOutput(program.Command, program.KeepRunning, program.Timeout));
        if (options.Http is { } http) Add((http, Stamps(http.Options.Tls)), http.Retry, () => Http(http, told));
        // Its queue is empty nearly always: what waits for clients waits in the feed.
        if (feed is not null) Add("grpc", RetryOptions.None, () => new GrpcOutput(feed));
        return specs;

        void Add(object settings, RetryOptions retry, Func<IAlertOutput> make)
        {
            var queue = options.Queue with { WhenFull = patient ? FullQueuePolicy.Wait : options.Queue.WhenFull, Retry = patient ? Limited(retry) : retry };
            var all = (settings, queue);
            specs.Add(new OutputSpec(all, () => new OutputQueue(make(), queue, told) { Settings = all }));
        }
    }

    private IAlertOutput Http(HttpDelivery delivery, OutputLog told)
    {
        HttpOutput output;
        try
        {
            output = new HttpOutput(delivery.Options, console.Out);
        }
        catch (IOException e)
        {
            throw new SensorException($"http_output: {e.Message}");
        }
        return delivery.Spool is { } spool ? new SpooledOutput(output, spool, delivery.Retry, told) : output;
    }

    private static RetryOptions Limited(RetryOptions retry) => retry with
    {
        MaxUnreachable = retry.MaxUnreachable == 0 ? AttemptsInReplays : retry.MaxUnreachable,
        MaxUncertain = retry.MaxUncertain == 0 ? AttemptsInReplays : retry.MaxUncertain,
        MaxDelay = retry.MaxDelay < LongestPauseInReplays ? retry.MaxDelay : LongestPauseInReplays,
        PausesAfterLoss = false,
    };

    /// <summary>Without a daemon on this machine there is nobody to tell. One that goes away later is waited for.</summary>
    private bool HasDaemon(SyslogOptions syslog)
    {
        if (syslog.Address is not { Transport: SyslogTransport.Unix, Target: SyslogOptions.LocalSocket } || File.Exists(SyslogOptions.LocalSocket)) return true;
        log.Info($"No syslog daemon listens at {SyslogOptions.LocalSocket}: the syslog output is off");
        return false;
    }

    /// <summary>What the certificates' files are now: an output whose certificate was renewed is another one.</summary>
    private static string Stamps(TlsOptions tls) => string.Join(' ', tls.Files.Select(static file => FileIdentity.Of(file)?.ToString() ?? "-"));
}
