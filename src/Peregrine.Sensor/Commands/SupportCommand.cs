using System.Runtime.InteropServices;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Commands;

/// <summary><c>--support</c>: what a bug report needs, as JSON: versions, the machine, the command line, the files of configuration and rules. Credentials are hidden.</summary>
internal static class SupportCommand
{
    public static int Run(SensorConsole console, IReadOnlyList<string> args, CommandLineOptions options, SensorConfiguration configuration)
    {
        var rules = RulesFiles.Find(configuration, options.RulesFiles);
        console.Print("{" + string.Join(',',
            $"\"cmdline\":{JsonText.Of("peregrine " + string.Join(' ', Secrets.HideArguments(args)))}",
            $"\"config\":[{string.Join(',', configuration.Files.Select(Contents))}]",
            $"\"rules_files\":[{string.Join(',', rules.Select(Contents))}]",
            $"\"system_info\":{{\"machine\":{JsonText.Of(RuntimeInformation.OSArchitecture.ToString())},\"nodename\":{JsonText.Of(Environment.MachineName)},\"release\":{JsonText.Of(Environment.OSVersion.Version.ToString())}}}",
            $"\"version\":{VersionCommand.Json()}") + "}\n");
        return 0;
    }

    private static string Contents(string file) =>
        $"{{\"name\":{JsonText.Of(file)},\"content\":{JsonText.Of(Secrets.HideFile(File.ReadAllText(file)))}}}";
}
