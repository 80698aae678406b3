using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Peregrine.LiveTests.Harness;

/// <summary>A client of the gRPC services that is not ours (<c>@grpc/grpc-js</c>): one call, whose messages are collected as they come. <c>./dev test live</c> installs it into artifacts/.</summary>
public sealed class GrpcClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly List<JsonElement> _messages = [];
    private readonly List<string> _complaints = [];

    private GrpcClient(Process process) => _process = process;

    public static string Folder { get; } = Path.Combine(Repository.Root, "artifacts", "grpc-client");

    public static bool IsInstalled => File.Exists(Path.Combine(Folder, "client.js")) && Directory.Exists(Path.Combine(Folder, "node_modules"));

    public static GrpcClient Call(string address, string method, params string[] options)
    {
        var client = new GrpcClient(Command.Start(Folder, "node", ["client.js", Path.Combine(Repository.Root, "schema", "grpc"), address, method, .. options]));
        client._process.OutputDataReceived += (_, e) => client.Take(e.Data);
        client._process.ErrorDataReceived += (_, e) => client.Complain(e.Data);
        client._process.BeginOutputReadLine();
        client._process.BeginErrorReadLine();
        return client;
    }

    /// <summary>The first message that fits, now or soon.</summary>
    /// <param name="fits">Which message it must be.</param>
    /// <param name="deed">Done again and again until it came.</param>
    public JsonElement Expect(Func<JsonElement, bool> fits, Action? deed = null)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            deed?.Invoke();
            lock (_messages)
                foreach (var message in _messages)
                    if (fits(message)) return message;
            Thread.Sleep(20);
        }
        throw new Xunit.Sdk.XunitException($"no message that fits; there were:\n{string.Join('\n', _messages)}\n{string.Join('\n', _complaints)}");
    }

    /// <summary>The status that the call ended with.</summary>
    public int Ended() => Expect(static m => m.TryGetProperty("code", out _)).GetProperty("code").GetInt32();

    /// <summary>Every message up to the end.</summary>
    public IReadOnlyList<JsonElement> All()
    {
        Assert.Equal(0, Ended());
        lock (_messages) return [.. _messages.Where(static m => !m.TryGetProperty("code", out _))];
    }

    public void Cancel() => _process.StandardInput.WriteLine("cancel");

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        var message = JsonDocument.Parse(line).RootElement;
        lock (_messages) _messages.Add(message);
    }

    private void Complain(string? line)
    {
        if (line is not null) _complaints.Add(line);
    }
}
