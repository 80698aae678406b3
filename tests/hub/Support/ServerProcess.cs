using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Peregrine.HubTests.Support;

/// <summary>A real server that a test starts on a loopback port of its own, with its files in a folder of its own, and ends by its process.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly System.Text.StringBuilder _said = new();

    private ServerProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>What it printed so far.</summary>
    public string Said
    {
        get
        {
            lock (_said) return _said.ToString();
        }
    }

    /// <summary>Starts a program and waits until it takes connections.</summary>
    public static async Task<ServerProcess> StartAsync(string program, int port, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = Begin(program, port, arguments, environment);
        for (var limit = Stopwatch.StartNew(); limit.Elapsed < TimeSpan.FromMinutes(2); await Task.Delay(30))
        {
            if (server._process.HasExited) break;
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return server;
            }
            catch (SocketException)
            {
                // Not yet.
            }
        }
        var said = server.Said;
        await server.DisposeAsync();
        throw new InvalidOperationException($"{program} did not begin to listen: {said}");
    }

    /// <summary>Starts a program and waits until it has printed a text, for one that listens on no port.</summary>
    public static async Task<ServerProcess> StartUntilAsync(string program, string text, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = Begin(program, 0, arguments, environment);
        await server.WaitForAsync(text);
        return server;
    }

    private static ServerProcess Begin(string program, int port, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var server = new ServerProcess(Process.Start(start)!, port);
        server._process.OutputDataReceived += server.Keep;
        server._process.ErrorDataReceived += server.Keep;
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {await errors}{output}");
        return output;
    }

    /// <summary>Waits until it has printed a text.</summary>
    public async Task WaitForAsync(string text)
    {
        for (var limit = Stopwatch.StartNew(); !Said.Contains(text, StringComparison.Ordinal); await Task.Delay(20))
            Assert.True(limit.Elapsed < TimeSpan.FromMinutes(1), $"'{text}' is not in: {Said}");
    }

    /// <summary>Waits until it ended by itself, as it was asked to.</summary>
    public Task EndAsync() => _process.WaitForExitAsync();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_said) _said.AppendLine(line.Data);
    }
}
