using System.Buffers;
using System.Text;
using System.Text.Json;
using Peregrine.Rules;
using Peregrine.Sensor.Alerts;

namespace Peregrine.Sensor.Commands;

/// <summary><c>--rule-schema</c>: the JSON schema of rules files, for editors.</summary>
internal static class RuleSchemaCommand
{
    public static int Run(SensorConsole console)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, AlertMaker.JsonOptions)) EditorSchema.Write(json);
        console.Print(Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n");
        return 0;
    }
}
