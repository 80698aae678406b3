using System.Text.Json;
using Peregrine.Containers.Http;
using Peregrine.State;

namespace Peregrine.Containers.Engines;

/// <summary>podman's libpod API, as its service or a user's gives it.</summary>
internal sealed class PodmanClient(string socket, ContainerOptions options) : IEngineClient
{
    /// <summary>Understood by every service since podman 4.</summary>
    private const string Version = "v4.0.0/libpod/";

    private readonly EngineHttp _http = new(socket);

    public SourceRank Rank => SourceRank.Owner;

    public Task ConnectAsync(CancellationToken cancel) => _http.PingAsync("libpod/_ping", cancel);

    public async Task<ContainerDetails?> InspectAsync(EngineRequest request, CancellationToken cancel)
    {
        using var json = await _http.GetAsync($"{Version}containers/{Uri.EscapeDataString(request.Id)}/json{(options.WithSize ? "?size=true" : "")}", cancel).ConfigureAwait(false);
        if (json is null) return null;
        if (json.RootElement.Text("Id") != request.Id) throw new EngineException("an answer about another container");
        return PodmanInspect.Read(json.RootElement, options.LabelMaxLength);
    }

    public async Task<bool> FollowAsync(Action<EngineEvent> report, CancellationToken cancel)
    {
        const string Filter = """{"type":["container"],"event":["create","start","remove"]}""";
        await _http.FollowAsync(Version + "events?stream=true&filters=" + Uri.EscapeDataString(Filter), e => ContainerReport.Pass(e, "remove", report), cancel).ConfigureAwait(false);
        return true;
    }

    public void Dispose() => _http.Dispose();
}
