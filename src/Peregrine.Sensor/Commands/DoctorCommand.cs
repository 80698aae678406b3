using System.Buffers;
using System.Text;
using System.Text.Json;
using Peregrine.Containers;
using Peregrine.Kernel;
using Peregrine.Kernel.Proc;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Live;

namespace Peregrine.Sensor.Commands;

/// <summary><c>doctor</c>: checks one by one what the sensor needs here, and says what to do where something is missing. Ends with 1 when the sensor would not run.</summary>
internal static class DoctorCommand
{
    /// <param name="What">Was looked at.</param>
    /// <param name="IsGood">Whether the sensor can work with what was found.</param>
    /// <param name="Text">What was found, or what is wrong.</param>
    private sealed record Check(string What, bool IsGood, string Text);

    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        SensorConfiguration? configuration = null;
        var checks = new List<Check>
        {
            Try("configuration", sources, () =>
            {
                (var loaded, configuration) = new ConfigInput(console.Environment, options.ConfigFile, options.Overrides).Read(sources);
                var from = loaded.Files.Count > 0 ? string.Join(", ", loaded.Files) : "built-in defaults";
                return loaded.Warnings.Count == 0 ? from : $"{from}; {string.Join("; ", loaded.Warnings)}";
            }),
        };
        if (configuration is not null) checks.AddRange(OfConfiguration(configuration, options, sources));
        checks.Add(Try("kernel", sources, () =>
        {
            KernelFeatures.Check();
            return Environment.OSVersion.VersionString;
        }));
        var features = FeatureReport.Read(new MachineView { Engines = Engines(configuration) });
        var isHealthy = checks.All(c => c.IsGood) && !features.Any(f => f.IsMissing);
        if (options.Json) console.Out.Write(Json(isHealthy, checks, features));
        else console.Print(Plain(checks, features));
        return isHealthy ? 0 : 1;
    }

    private static IEnumerable<Check> OfConfiguration(SensorConfiguration configuration, CommandLineOptions options, ConfigSources sources)
    {
        yield return Try("rules", sources, () =>
        {
            var setup = new RulesSetup(configuration, options.Print);
            setup.LoadAll(RulesFiles.Find(configuration, options.RulesFiles), _ => { });
            return $"{setup.Ready().EnabledCount} enabled";
        });
        if (configuration.Outputs.File is { } file)
            yield return Try("file output", sources, () => Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file.Path))) ? file.Path : throw new SensorException($"the folder of {file.Path} does not exist: create it"));
        if (configuration.Outputs.Syslog is { Address: { Transport: Outputs.SyslogTransport.Unix, Target: var socket } })
            yield return Try("syslog output", sources, () => File.Exists(socket) ? socket : $"no daemon listens at {socket}");
        yield return Try("privileges", sources, () => configuration.Privileges.Reduce
            ? $"all but {LeastPrivilege.Needed(configuration, null)} are given up once the probe is attached"
            : "are kept: least_privilege.enabled is false");
    }

    private static IReadOnlyList<string> Engines(SensorConfiguration? configuration) =>
        configuration?.Containers is not { Static: null } containers ? [] : [.. ContainerDirectory.Sockets(containers.Ask with { HostRoot = ProcOptions.FromEnvironment().HostRoot }).Where(File.Exists).Distinct()];

    private static Check Try(string what, ConfigSources sources, Func<string> check)
    {
        try
        {
            return new Check(what, true, check());
        }
        catch (Exception e) when (e is SensorException or ConfigException or KernelException or IOException)
        {
            return new Check(what, false, e is ConfigException c ? sources.Describe(c) : e.Message);
        }
    }

    private static string Plain(List<Check> checks, IReadOnlyList<KernelFeature> features)
    {
        var text = new StringBuilder();
        foreach (var check in checks) text.Append(check.IsGood ? "ok  " : "BAD ").Append(check.What).Append(": ").Append(check.Text.ReplaceLineEndings("\n    ")).Append('\n');
        text.Append("this machine:\n");
        foreach (var feature in features)
        {
            text.Append("    ").Append(feature.IsMissing ? "BAD " : feature.Advice.Length > 0 ? "gap " : "ok  ").Append(feature.Name).Append(": ").Append(feature.State);
            if (feature.Advice.Length > 0) text.Append("; ").Append(feature.Advice);
            text.Append('\n');
        }
        return text.ToString();
    }

    private static ReadOnlySpan<byte> Json(bool isHealthy, List<Check> checks, IReadOnlyList<KernelFeature> features)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteBoolean("healthy", isHealthy);
            json.WriteStartArray("checks");
            foreach (var check in checks)
            {
                json.WriteStartObject();
                json.WriteString("name", check.What);
                json.WriteBoolean("ok", check.IsGood);
                json.WriteString("detail", check.Text);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("machine");
            foreach (var feature in features)
            {
                json.WriteStartObject();
                json.WriteString("name", feature.Name);
                json.WriteBoolean("ok", !feature.IsMissing);
                json.WriteString("state", feature.State);
                json.WriteString("advice", feature.Advice);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenSpan;
    }
}
