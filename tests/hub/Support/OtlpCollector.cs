using System.Globalization;
using System.Text.Json;

namespace Peregrine.HubTests.Support;

/// <summary>
/// A collector that is not ours: it reads what comes over HTTP and gRPC by the definitions that OpenTelemetry publishes (tests/hub/Peers/otlp-collector.js).
/// </summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private readonly int _grpcPort;

    private OtlpCollector(ServerProcess process, int grpcPort) => (_process, _grpcPort) = (process, grpcPort);

    public static async Task<OtlpCollector> StartAsync()
    {
        var script = NpmPeers.File("otlp-collector.js");
        var (port, grpcPort) = (FreePort.Next(), FreePort.Next());
        return new OtlpCollector(await ServerProcess.StartAsync("node", port, [script, port.ToString(CultureInfo.InvariantCulture), grpcPort.ToString(CultureInfo.InvariantCulture)]), grpcPort);
    }

    /// <summary>Where it takes a protocol, for <c>endpoint</c>.</summary>
    public string Address(string protocol) => $"http://127.0.0.1:{(protocol == "grpc" ? _grpcPort : _process.Port)}";

    /// <summary>The requests so far: <c>protocol</c>, <c>path</c>, <c>headers</c>, <c>body</c>.</summary>
    public IReadOnlyList<JsonElement> Requests => [.. _process.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.StartsWith('{')).Select(Parse)];

    /// <summary>Waits for a number of requests.</summary>
    public async Task<IReadOnlyList<JsonElement>> TakeAsync(int count)
    {
        await Eventually.HoldsAsync(() => Requests.Count >= count, () => $"{count} requests were expected: {_process.Said}");
        return Requests;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}
