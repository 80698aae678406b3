using System.Diagnostics;
using System.Text;

namespace Peregrine.HubTests.Support;

/// <summary>The hub as a process of its own, which can be killed.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private readonly StringBuilder _log = new();
    private readonly Process _process;

    private HubProcess(Process process) => _process = process;

    /// <summary>What it wrote to its log.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it and does not wait for anything.</summary>
    public static HubProcess Launch(string configFile, params (string Name, string Value)[] environment)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "peregrine-hub.dll");
        var start = new ProcessStartInfo("dotnet", [program, "-c", configFile]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var hub = new HubProcess(Process.Start(start)!);
        hub._process.ErrorDataReceived += (_, e) => hub.Take(e.Data);
        hub._process.OutputDataReceived += (_, e) => hub.Take(e.Data);
        hub._process.BeginErrorReadLine();
        hub._process.BeginOutputReadLine();
        return hub;
    }

    /// <summary>Starts it and waits until it takes alerts.</summary>
    public static async Task<HubProcess> StartAsync(string configFile, int port, params (string Name, string Value)[] environment)
    {
        var hub = Launch(configFile, environment);
        using var client = new HttpClient();
        await Eventually.HoldsAsync(() => hub.HasExited || Answers(client, port), () => "the hub does not answer:\n" + hub.Log);
        Assert.False(hub.HasExited, "the hub ended:\n" + hub.Log);
        return hub;
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        lock (_log) _log.AppendLine(line);
    }

    private static bool Answers(HttpClient client, int port)
    {
        try
        {
            using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/ping"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
