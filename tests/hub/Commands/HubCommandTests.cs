using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Peregrine.Hub.Commands;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Commands;

/// <summary>A hub that cannot serve ends with an exit code that says so; the reference logs it and ends with 0.</summary>
public sealed class HubCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private async Task<(int Code, string Error)> RunAsync(string yaml)
    {
        var file = _folder.File("config.yaml");
        await File.WriteAllTextAsync(file, $"data: {_folder.File("data")}\n{yaml}", TestContext.Current.CancellationToken);
        using var error = new StringWriter();
        return (await HubCommand.RunAsync(["-c", file], TextWriter.Null, error), error.ToString());
    }

    [Fact]
    public async Task APortThatIsTakenIsAnError()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var file = _folder.File("config.yaml");
        await File.WriteAllTextAsync(file, $"data: {_folder.File("data")}\nlistenaddress: 127.0.0.1\nlistenport: {port}", TestContext.Current.CancellationToken);
        using var hub = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "peregrine-hub.dll"), "-c", file]) { RedirectStandardError = true })!;
        var error = await hub.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await hub.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, hub.ExitCode);
        Assert.Equal($"peregrine-hub: Failed to bind to address http://127.0.0.1:{port}: address already in use.", error.Trim());
    }

    [Fact]
    public async Task ACheckShowsWhatDestinationsWarnOfWithItsPlace()
    {
        var file = _folder.File("config.yaml");
        await File.WriteAllTextAsync(file, $$"""
            data: {{_folder.File("data")}}
            otlp:
              logs:
                endpoint: http://collector:4318
                extraenvvars:
                  OTEL_SERVICE_NAME: falco
                  OTEL_SERVCE_NAME: falco
              traces: {endpoint: 'http://collector:4318', extraenvvars: {OTEL_BSP_SCHEDULE_DELAY: 5} }
            """, TestContext.Current.CancellationToken);
        using var error = new StringWriter();
        using var output = new StringWriter();
        Assert.Equal(0, await HubCommand.RunAsync(["check", "--offline", "-c", file], output, error));
        var warnings = error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(warnings, w => w.StartsWith($"warning: {file}:7:7: otlp.logs.extraenvvars.OTEL_SERVCE_NAME has no effect; known are ", StringComparison.Ordinal) && w.EndsWith("; did you mean 'OTEL_SERVICE_NAME'?", StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.StartsWith($"warning: {file}:8:62: otlp.traces.extraenvvars.OTEL_BSP_SCHEDULE_DELAY has no effect", StringComparison.Ordinal));
        Assert.Contains("2 destinations, 0 routes, 2 warnings", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("listenport: 99999", "a whole number from 0 to 65535 is expected, not '99999'")]
    [InlineData("listenaddress: everywhere", "an IP address is expected")]
    [InlineData("syslog: {host: h, protocol: carrier}", "syslog.protocol: one of tcp, ")]
    [InlineData("telegram: {token: x, chatid: 1, host: nowhere}", "telegram.host: an address that begins with http:// or https:// is expected")]
    public async Task AConfigurationThatCannotBeRightIsAnError(string yaml, string says)
    {
        var (code, error) = await RunAsync(yaml);
        Assert.Equal(1, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }
}
