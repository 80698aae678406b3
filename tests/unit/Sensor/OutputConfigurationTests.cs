using Peregrine.Outputs;
using Peregrine.Sensor.Configuration;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>The outputs' keys, as people have them in their files and give them on the command line.</summary>
public sealed class OutputConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-output-config-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_configuration_of_the_first_pages_works_as_written()
    {
        var (config, warnings) = Read("""
            json_output: true
            json_include_output_property: true
            http_output:
              enabled: true
              url: "http://localhost:2801"
            """);
        Assert.Empty(warnings);
        Assert.True(config.Alerts is { Json: true, IncludeOutput: true });
        var http = config.Outputs.Http!;
        Assert.Equal(new Uri("http://localhost:2801/"), http.Options.Url);
        Assert.Equal(("falcosecurity/falco", true, false, 5, TimeSpan.FromSeconds(2)), (http.Options.UserAgent, http.Options.Json, http.Options.KeepAlive, http.Retry.MaxUncertain, http.Options.Timeout));
        Assert.Null(http.Spool);
    }

    [Theory]
    [InlineData("http_output.url=https://example.com/x?y=1", "https://example.com/x?y=1")]
    [InlineData("http_output.url=localhost:2801", "http://localhost:2801/")]
    [InlineData("http_output.url=\"http://localhost:1\"", "http://localhost:1/")]
    public void Options_set_the_url(string option, string url) => Assert.Equal(url, Read("http_output: {enabled: true}", option).Config.Outputs.Http!.Options.Url.ToString());

    [Fact]
    public void Queues_have_bounds_and_a_policy()
    {
        Assert.Equal((100_000, 64L << 20, FullQueuePolicy.DropNewest), Queue(""));
        Assert.Equal((50, 2L << 20, FullQueuePolicy.DropOldest), Queue("outputs_queue: {capacity: 50, memory: 2MiB, when_full: drop_oldest}"));

        (int, long, FullQueuePolicy) Queue(string text) => Read(text).Config.Outputs.Queue is var q ? (q.Capacity, q.CapacityBytes, q.WhenFull) : default;
    }

    [Fact]
    public void Outputs_have_time_limits_of_their_own()
    {
        var outputs = Read("""
            output_timeout: 700
            syslog_output: {timeout: 3s}
            http_output: {enabled: true, url: "http://x", timeout: 250ms}
            program_output: {enabled: true, program: cat, timeout: 1m}
            """).Config.Outputs;
        Assert.Equal(TimeSpan.FromMilliseconds(700), outputs.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(3), outputs.Syslog!.Timeout);
        Assert.Equal(TimeSpan.FromMilliseconds(250), outputs.Http!.Options.Timeout);
        Assert.Equal(TimeSpan.FromMinutes(1), outputs.Program!.Timeout);
        Assert.Equal(TimeSpan.FromMilliseconds(700), Read("output_timeout: 700").Config.Outputs.Syslog!.Timeout);
    }

    [Fact]
    public void Syslog_is_the_local_daemon_unless_told_otherwise()
    {
        var local = Read("").Config.Outputs.Syslog!;
        Assert.Equal((new SyslogAddress(SyslogTransport.Unix, "/dev/log", 0), SyslogFormat.Rfc3164, 1, "peregrine"), (local.Address, local.Format, local.Facility, local.Tag));
        var far = Read("syslog_output: {address: 'tls://logs.example.com', format: rfc5424, framing: newline, facility: local3, tag: falco, ca_cert: /ca}").Config.Outputs.Syslog!;
        Assert.Equal((new SyslogAddress(SyslogTransport.Tls, "logs.example.com", 6514), SyslogFormat.Rfc5424, SyslogFraming.Newline, 19, "falco", "/ca"), (far.Address, far.Format, far.Framing, far.Facility, far.Tag, far.Tls.CaCert));
    }

    [Theory]
    [InlineData("http_output: {enabled: true}", "has no url")]
    [InlineData("http_output: {enabled: true, url: 'ftp://x'}", "not an http or https URL")]
    [InlineData("http_output: {enabled: true, url: 'http://'}", "not an http or https URL")]
    [InlineData("http_output: {enabled: true, url: 'http://x', retry: {initial_delay: 10s}}", "longer than")]
    [InlineData("http_output: {enabled: true, url: 'http://x', spool: {enabled: true, max_size: 1KiB}}", "must be between")]
    [InlineData("syslog_output: {address: 'carrier pigeon'}", "must be a socket's path")]
    [InlineData("syslog_output: {format: rfc1}", "rfc3164 or rfc5424")]
    [InlineData("syslog_output: {facility: local8}", "no syslog facility")]
    [InlineData("outputs_queue: {when_full: explode}", "drop_newest or drop_oldest")]
    [InlineData("program_output: {enabled: true, program: ''}", "has no program")]
    [InlineData("file_output: {enabled: true, filename: ''}", "has no filename")]
    public void Mistakes_are_explained(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_url_that_is_wrong_is_not_shown_in_the_error()
    {
        var error = Assert.Throws<ConfigException>(() => Read("http_output: {enabled: true, url: 'ftp://me:secret@x'}"));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    private (SensorConfiguration Config, IReadOnlyList<string> Warnings) Read(string text, params string[] options)
    {
        var file = Path.Combine(_folder.FullName, "main.yaml");
        File.WriteAllText(file, text);
        var loaded = new ConfigLoader(_ => null, new ConfigSources()).Load(file, options);
        return (SensorConfigurationReader.Read(loaded), loaded.Warnings);
    }
}
