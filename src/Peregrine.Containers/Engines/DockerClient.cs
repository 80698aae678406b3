using System.Collections.Concurrent;
using System.Text.Json;
using Peregrine.Containers.Http;
using Peregrine.State;

namespace Peregrine.Containers.Engines;

/// <summary>Docker's engine API.</summary>
internal sealed class DockerClient(string socket, ContainerOptions options) : IEngineClient
{
    /// <summary>Images rarely change and many containers share one.</summary>
    private const int RememberedImages = 512;

    private readonly EngineHttp _http = new(socket);
    private readonly ConcurrentDictionary<string, JsonElement> _images = new();

    public SourceRank Rank => SourceRank.Owner;

    public Task ConnectAsync(CancellationToken cancel) => _http.PingAsync("_ping", cancel);

    public async Task<ContainerDetails?> InspectAsync(EngineRequest request, CancellationToken cancel)
    {
        using var json = await _http.GetAsync($"containers/{Uri.EscapeDataString(request.Id)}/json{(options.WithSize ? "?size=1" : "")}", cancel).ConfigureAwait(false);
        if (json is null) return null;
        if (json.RootElement.Text("Id") != request.Id) throw new EngineException("an answer about another container");
        return DockerInspect.Read(json.RootElement, await ImageAsync(json.RootElement.Text("Image"), cancel).ConfigureAwait(false), options.LabelMaxLength);
    }

    public async Task<bool> FollowAsync(Action<EngineEvent> report, CancellationToken cancel)
    {
        const string Filter = """{"type":["container"],"event":["create","start","destroy"]}""";
        await _http.FollowAsync("events?filters=" + Uri.EscapeDataString(Filter), e => ContainerReport.Pass(e, "destroy", report), cancel).ConfigureAwait(false);
        return true;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Undefined when the image is gone: the container still runs from it.</summary>
    private async Task<JsonElement> ImageAsync(string id, CancellationToken cancel)
    {
        if (id.Length == 0) return default;
        if (_images.TryGetValue(id, out var known)) return known;
        using var json = await _http.GetAsync($"images/{Uri.EscapeDataString(id)}/json", cancel).ConfigureAwait(false);
        if (json is null) return default;
        if (_images.Count >= RememberedImages) _images.Clear();
        return _images[id] = json.RootElement.Clone();
    }
}
