using System.Globalization;
using System.Text;
using System.Text.Json;
using Peregrine.Sensor;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>The form of alerts under every combination of the keys about it, from a recording of one event.</summary>
public sealed class AlertFormTests : IDisposable
{
    private const string Rule = """
        - rule: Opened "it"
          desc: d
          condition: evt.type = open
          output: opened %fd.name by %proc.name (%evt.num)
          priority: WARNING
          tags: [b, a]

        """;

    private static readonly string[] Keys =
        ["json_include_message_property", "json_include_output_property", "json_include_output_fields_property", "json_include_tags_property", "time_format_iso_8601"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-forms-");

    public AlertFormTests()
    {
        using var recording = new SampleRecording(In("one.scap"));
        recording.Open(5, "/etc/a \"b\"\u00e9");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Json_has_what_the_keys_ask_for_in_alphabetical_order()
    {
        for (var mask = 0; mask < 1 << Keys.Length; mask++)
        {
            var on = Keys.Select((key, i) => (key, (mask & (1 << i)) != 0)).ToDictionary(k => k.key, k => k.Item2);
            var line = Run(["json_output=true", .. on.Select(k => $"{k.Key}={(k.Value ? "true" : "false")}")]);
            var iso = on["time_format_iso_8601"];
            var (time, timeField) = iso
                ? ("2023-11-14T22:13:20.005000000+0000", "\"evt.time.iso8601\":1700000000005000000")
                : ("22:13:20.005000000", "\"evt.time\":1700000000005000000");
            const string Message = "opened /etc/a \\\"b\\\"\u00e9 by bash (1)";
            var expected = new StringBuilder("{\"hostname\":\"host\"");
            if (on["json_include_message_property"]) expected.Append(CultureInfo.InvariantCulture, $",\"message\":\"{Message}\"");
            if (on["json_include_output_property"]) expected.Append(CultureInfo.InvariantCulture, $",\"output\":\"{time}: Warning {Message}\"");
            if (on["json_include_output_fields_property"]) expected.Append(",\"output_fields\":{\"evt.num\":1,").Append(timeField).Append(",\"fd.name\":\"/etc/a \\\"b\\\"\u00e9\",\"proc.name\":\"bash\"}");
            expected.Append(",\"priority\":\"Warning\",\"rule\":\"Opened \\\"it\\\"\",\"source\":\"syscall\"");
            if (on["json_include_tags_property"]) expected.Append(",\"tags\":[\"a\",\"b\"]");
            expected.Append(",\"time\":\"2023-11-14T22:13:20.005000000Z\"}");
            Assert.Equal(expected.ToString(), line);
            using var parsed = JsonDocument.Parse(line);
        }
    }

    [Theory]
    [InlineData("false", "22:13:20.005000000: Warning opened /etc/a \"b\"\u00e9 by bash (1)")]
    [InlineData("true", "2023-11-14T22:13:20.005000000+0000: Warning opened /etc/a \"b\"\u00e9 by bash (1)")]
    public void Text_is_one_line_whatever_json_would_have(string iso, string expected)
    {
        foreach (var key in Keys.Take(4))
            foreach (var value in (string[])["true", "false"]) Assert.Equal(expected, Run([$"time_format_iso_8601={iso}", $"{key}={value}"]));
    }

    [Theory]
    [InlineData("[{match: {source: syscall}, extra_output: 'cpu=%evt.cpu'}]", " cpu=1", "")]
    [InlineData("[{match: {rule: 'Opened \"it\"'}, extra_fields: [proc.pid]}]", "", "\"proc.pid\":100")]
    [InlineData("[{match: {tags: [a, b]}, extra_fields: [{who: '%user.uid/%proc.name'}]}]", "", "\"who\":\"1000/bash\"")]
    [InlineData("[{extra_output: one}, {match: {tags: [a]}, extra_output: two}]", " one two", "")]
    [InlineData("[{match: {tags: [a, c]}, extra_output: never, extra_fields: [proc.pid]}]", "", "")]
    [InlineData("[{match: {source: k8s_audit}, extra_output: never}]", "", "")]
    [InlineData("[{match: {rule: Another}, extra_output: never}]", "", "")]
    public void Outputs_are_appended_to_the_rules_that_match(string append, string text, string field)
    {
        var line = Run(["json_output=true", "append_output=" + append]);
        using var alert = JsonDocument.Parse(line);
        Assert.EndsWith("by bash (1)" + text, alert.RootElement.GetProperty("output").GetString(), StringComparison.Ordinal);
        if (field.Length > 0) Assert.Contains(field, line, StringComparison.Ordinal);
        else Assert.DoesNotContain("proc.pid", line, StringComparison.Ordinal);
        Assert.Equal(alert.RootElement.GetProperty("output_fields").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal), alert.RootElement.GetProperty("output_fields").EnumerateObject().Select(p => p.Name));
    }

    /// <summary>The one alert of the recording.</summary>
    private string Run(IEnumerable<string> options)
    {
        File.WriteAllText(In("rules.yaml"), Rule);
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var console = new SensorConsole { Out = output, Error = error, Hostname = "host", Clock = new UtcClock() };
        string[] args = ["-r", In("rules.yaml"), "-o", "engine.kind=replay", "-o", $"engine.replay.capture_file={In("one.scap")}", "-o", "syslog_output.enabled=false", "-o", "log_syslog=false", "-o", "webserver.enabled=false"];
        var code = SensorProgram.Run([.. args, .. options.SelectMany(o => new[] { "-o", o })], console);
        Assert.True(code == 0, error.ToString());
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n')[0];
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private sealed class UtcClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
