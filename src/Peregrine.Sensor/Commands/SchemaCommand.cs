using Peregrine.Rules;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Commands;

/// <summary><c>schema rules|tests|config</c>: JSON schemas for editors. <c>--rule-schema</c> and <c>--config-schema</c> are the names that the reference has for two of them.</summary>
internal static class SchemaCommand
{
    public static int Run(SensorConsole console, CommandLineOptions options, ConfigSources sources) => options.Arguments switch
    {
        ["rules"] => Rules(console),
        ["tests"] => Print(console, EditorSchema.RuleTests),
        ["config"] => ConfigSchemaCommand.Run(console, null),
        _ => throw new UsageException("schema needs the name of a format: peregrine schema rules, schema tests or schema config"),
    };

    public static int Rules(SensorConsole console) => Print(console, EditorSchema.Rules);

    private static int Print(SensorConsole console, ReadOnlySpan<byte> schema)
    {
        console.Out.Write(schema);
        return 0;
    }
}
