using System.Text;
using System.Text.Json;
using Peregrine.Sensor;

namespace Peregrine.ConformanceTests;

/// <summary>One run of the program inside the test: its exit code and what it wrote.</summary>
internal sealed record SensorRun(int ExitCode, string Out, string Error)
{
    /// <summary>The lines of standard output before the summary: the alerts.</summary>
    public string[] AlertLines { get; } = [.. Out.Split('\n').TakeWhile(l => !l.StartsWith("Events detected: ", StringComparison.Ordinal)).Where(l => l.Length > 0)];

    /// <summary>The container plugin with every engine switched off: all processes are the host's, as the cases have it.</summary>
    public const string NoEngines = "plugins=[{name: container, init_config: {engines: {docker: {enabled: false}, podman: {enabled: false}, containerd: {enabled: false}, cri: {enabled: false}, lxc: {enabled: false}, libvirt_lxc: {enabled: false}, bpm: {enabled: false}}}}]";

    // What the machine's syslog is told is no part of a case.
    public static SensorRun Of(IEnumerable<string> args) => Raw([.. args, "-o", "syslog_output.enabled=false", "-o", "log_syslog=false"]);

    /// <summary>With these arguments and no others.</summary>
    public static SensorRun Raw(IEnumerable<string> args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var console = new SensorConsole { Out = output, Error = error, Hostname = "host" };
        var exitCode = SensorProgram.Run([.. args], console);
        return new SensorRun(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>The alerts as JSON, each written the same way.</summary>
    public string[] AlertsAsJson() => [.. AlertLines.Select(l => Normal(JsonDocument.Parse(l).RootElement))];

    public static string Normal(JsonElement element)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) Write(element, writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(member.Value, writer);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Write(item, writer);
                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
