using System.Globalization;
using System.Security.Cryptography;
using Peregrine.Outputs;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Grpc;
using Peregrine.Sensor.Logging;
using Peregrine.Sensor.Recording;

namespace Peregrine.Sensor.Reloading;

/// <summary>
/// Makes generations from the files as they are now: 1 the configuration is read, 2 the rules are loaded and compiled, 3 the outputs that are new are made. Touches nothing that runs;
/// whatever is wrong is an exception with its place.
/// </summary>
internal sealed class GenerationMaker(SensorConsole console, CommandLineOptions options, ConfigInput input, SensorLog log)
{
    private readonly string _hostname = HostName.Find(console);
    private readonly AlertFeed _feed = new();
    private long _loadStarted;

    /// <summary>The paths that the last attempt came to look at, whether it succeeded or not.</summary>
    public IReadOnlyList<string> Tried { get; private set; } = [];

    /// <summary>The first generation's rules may be asked for on their own, to describe them.</summary>
    public RulesSetup LoadRules(SensorConfiguration configuration)
    {
        _loadStarted = console.Clock.GetTimestamp();
        var files = RulesFiles.Find(configuration, options.RulesFiles);
        var setup = new RulesSetup(configuration, options.Print);
        setup.LoadAll(files, log.Warning);
        log.Info("Rules: " + string.Join(", ", files));
        return setup;
    }

    /// <summary>The rules that run, once the options about sources were found to make sense.</summary>
    public LoadedRules Enabled(RulesSetup setup)
    {
        var rules = setup.Ready();
        foreach (var source in options.EnabledSources.Concat(options.DisabledSources))
            if (!rules.Catalogs.ContainsKey(source)) throw new UsageException($"there is no event source '{source}'; there is {string.Join(", ", rules.Catalogs.Keys)}");
        if (options.EnabledSources.Count > 0 && options.DisabledSources.Count > 0) throw new UsageException("--enable-source and --disable-source cannot be used together");
        if (options.DisabledSources.Count > 0) throw new UsageException("all event sources are disabled");
        var took = console.Clock.GetElapsedTime(_loadStarted).TotalMilliseconds;
        log.Info(string.Create(CultureInfo.InvariantCulture, $"{rules.EnabledCount} of {setup.Loader.Rules.Rules.Count} rules enabled, loaded in {took:0.0} ms"));
        return rules;
    }

    /// <summary>A generation of what was read and loaded already.</summary>
    public Generation Make(int number, LoadedConfig loaded, SensorConfiguration configuration, LoadedRules rules, OutputSet outputs)
    {
        RuleCaptures.Check(configuration.Capture);
        var syscalls = SyscallSelection.Choose(rules.Syscalls, configuration.BaseSyscalls, log.Warning);
        return new Generation
        {
            Number = number,
            MadeAt = (ulong)(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100,
            ConfigDigests = configuration.Metrics.Enabled ? [.. loaded.Files.Zip(loaded.Contents, static (file, content) => (Path.GetFileName(file), Convert.ToHexStringLower(SHA256.HashData(content))))] : [],
            RulesDigests = rules.Digests,
            Configuration = configuration,
            Rules = rules,
            Syscalls = syscalls,
            // A capture holds all that there is to see.
            WithData = configuration.Capture.Enabled ? syscalls : rules.SyscallsWithData,
            Alerts = new AlertMaker(configuration.Alerts, rules.Catalogs, _hostname, console.Clock.LocalTimeZone),
            Feed = _feed,
            Outputs = outputs.Prepare(Outputs(configuration)),
            Watched = Watched(loaded, configuration),
        };
    }

    /// <summary>The next generation, from the files.</summary>
    public Generation MakeNext(Generation last, OutputSet outputs, ConfigSources sources)
    {
        Tried = [];
        var (loaded, configuration) = input.Read(sources);
        Tried = Watched(loaded, configuration);
        foreach (var warning in loaded.Warnings) log.Warning(warning);
        return Make(last.Number + 1, loaded, configuration, Enabled(LoadRules(configuration)), outputs);
    }

    /// <summary>Renewed certificates are taken up as changed files are.</summary>
    private static IEnumerable<string> Certificates(SensorConfiguration configuration)
    {
        if (configuration.Web is { Enabled: true, Certificate: { } file }) yield return file;
        foreach (var used in configuration.Outputs.Http?.Options.Tls.Files ?? []) yield return used;
        foreach (var used in configuration.Outputs.Syslog?.Tls.Files ?? []) yield return used;
        if (configuration.Grpc is { } grpc)
            foreach (var part in GrpcService.Files(grpc)) yield return part;
    }

    private string[] Watched(LoadedConfig loaded, SensorConfiguration configuration) => [.. loaded.Watched, .. RulesFiles.Watched(configuration, options.RulesFiles), .. Certificates(configuration)];

    private List<OutputSpec> Outputs(SensorConfiguration configuration) =>
        new OutputFactory(console, _hostname, log, configuration.Engine.Kind == EngineKind.Replay).Specs(configuration.Outputs with { Buffered = configuration.Outputs.Buffered && !options.Unbuffered }, configuration.Alerts.WithParts ? _feed : null);
}
