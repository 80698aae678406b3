using Peregrine.Kernel;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Commands;

/// <summary><c>doctor</c>: checks one by one what the sensor needs here, and says what to do where something is missing.</summary>
internal static class DoctorCommand
{
    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources)
    {
        var healthy = true;
        SensorConfiguration? configuration = null;
        Check("configuration", () =>
        {
            (var loaded, configuration) = new ConfigInput(console.Environment, options.ConfigFile, options.Overrides).Read(sources);
            var from = loaded.Files.Count > 0 ? string.Join(", ", loaded.Files) : "built-in defaults";
            return loaded.Warnings.Count == 0 ? from : $"{from}; {string.Join("; ", loaded.Warnings)}";
        });
        if (configuration is not null)
        {
            Check("rules", () =>
            {
                var setup = new RulesSetup(configuration, options.Print);
                setup.LoadAll(RulesFiles.Find(configuration, options.RulesFiles), _ => { });
                return $"{setup.Ready().EnabledCount} enabled";
            });
            if (configuration.Outputs.File is { } file)
                Check("file output", () => Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file.Path))) ? file.Path : throw new SensorException($"the folder of {file.Path} does not exist: create it"));
            if (configuration.Outputs.Syslog)
                Check("syslog output", () => File.Exists(Outputs.SyslogOutput.DefaultPath) ? Outputs.SyslogOutput.DefaultPath : "no daemon listens at /dev/log; the output stays off");
        }
        Check("kernel", () =>
        {
            KernelFeatures.Check();
            return Environment.OSVersion.VersionString;
        });
        console.Print("kernel features:\n");
        foreach (var feature in FeatureReport.Read())
            console.Print($"    {feature.Name}: {feature.State}{(feature.Advice.Length > 0 ? "; " + feature.Advice : "")}\n");
        return healthy ? 0 : 1;

        void Check(string what, Func<string> check)
        {
            var (mark, text) = ("ok ", "");
            try
            {
                text = check();
            }
            catch (Exception e) when (e is SensorException or ConfigException or KernelException or IOException)
            {
                (mark, text) = ("BAD", e is ConfigException c ? sources.Describe(c) : e.Message);
                healthy = false;
            }
            console.Print($"{mark} {what}: {text.ReplaceLineEndings("\n    ")}\n");
        }
    }
}
