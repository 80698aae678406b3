using System.Text.Json;
using Peregrine.Containers.Grpc;
using Peregrine.State;

namespace Peregrine.Containers.Engines;

/// <summary>The runtime service that a kubelet drives: containerd's, CRI-O's or another's. Both versions of it that are in use.</summary>
internal sealed class CriClient(string socket, ContainerOptions options) : IEngineClient
{
    private static readonly string[] Versions = ["runtime.v1", "runtime.v1alpha2"];

    private readonly GrpcConnection _grpc = new(socket);
    private string _service = Versions[0] + ".RuntimeService/";
    private ContainerEngine _engine = ContainerEngine.Cri;

    public SourceRank Rank => SourceRank.Owner;

    public async Task ConnectAsync(CancellationToken cancel)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                var service = Versions[i] + ".RuntimeService/";
                var answer = Message.Read(await _grpc.CallAsync(service + "Version", [], null, cancel).ConfigureAwait(false));
                _engine = answer.Text(2) switch { "containerd" => ContainerEngine.Containerd, "cri-o" => ContainerEngine.Crio, _ => ContainerEngine.Cri };
                _service = service;
                return;
            }
            catch (GrpcException e) when (e.Status == GrpcStatus.Unimplemented && i + 1 < Versions.Length)
            {
                // An older engine: the other name may be known.
            }
        }
    }

    public async Task<ContainerDetails?> InspectAsync(EngineRequest request, CancellationToken cancel)
    {
        if (await TryCallAsync("ContainerStatus", Message.Write((1, request.Id), (2, true)), cancel).ConfigureAwait(false) is not { } answer)
        {
            return await SandboxAsync(request.Id, cancel).ConfigureAwait(false) is { } own ? CriStatus.OfSandbox(own, _engine, options.LabelMaxLength) : null;
        }
        var status = answer.Inner(1);
        if (status.Text(1) != request.Id) throw new EngineException("an answer about another container");
        using var info = CriStatus.Info(answer);
        var id = await SandboxIdAsync(request.Id, info?.RootElement ?? default, cancel).ConfigureAwait(false);
        var sandbox = id.Length > 0 ? await SandboxAsync(id, cancel).ConfigureAwait(false) : null;
        var details = CriStatus.OfContainer(status, info?.RootElement ?? default, sandbox, id, _engine, options.LabelMaxLength);
        return options.WithSize ? await WithSizeAsync(details, request.Id, cancel).ConfigureAwait(false) : details;
    }

    public async Task<bool> FollowAsync(Action<EngineEvent> report, CancellationToken cancel)
    {
        try
        {
            await _grpc.FollowAsync(_service + "GetContainerEvents", [], frame => Report(Message.Read(frame), report), cancel).ConfigureAwait(false);
            return true;
        }
        catch (GrpcException e) when (e.Status is GrpcStatus.Unimplemented or GrpcStatus.Unknown)
        {
            // Older engines have no such call, and some are told not to offer it.
            return false;
        }
    }

    public void Dispose() => _grpc.Dispose();

    private static void Report(MessageFields e, Action<EngineEvent> report)
    {
        EngineEventKind? kind = e.Integer(2) switch { 0 => EngineEventKind.Created, 1 => EngineEventKind.Started, 3 => EngineEventKind.Removed, _ => null };
        if (kind is { } known && e.Text(1) is { Length: > 0 } id) report(new(known, id));
    }

    private async Task<ContainerDetails> WithSizeAsync(ContainerDetails details, string id, CancellationToken cancel)
    {
        if (await TryCallAsync("ContainerStats", Message.Write((1, id)), cancel).ConfigureAwait(false) is not { } stats) return details;
        return details with { Known = details.Known | ContainerFacts.Size, Size = stats.Inner(1).Inner(4).Inner(3).Integer(1) };
    }

    /// <summary>The sandbox stands in what the engine says beside the status; where it does not, in the list.</summary>
    private async Task<string> SandboxIdAsync(string id, JsonElement info, CancellationToken cancel)
    {
        if (Http.JsonValues.Text(info, "sandboxID") is { Length: > 0 } told) return told;
        var filter = Message.Write((1, Message.Write((1, id))));
        return await TryCallAsync("ListContainers", filter, cancel).ConfigureAwait(false) is { } list ? list.All(1).FirstOrDefault(c => c.Text(1) == id)?.Text(2) ?? "" : "";
    }

    private Task<MessageFields?> SandboxAsync(string id, CancellationToken cancel) => TryCallAsync("PodSandboxStatus", Message.Write((1, id), (2, true)), cancel);

    /// <summary>The answer; null when the engine does not know the id.</summary>
    private async Task<MessageFields?> TryCallAsync(string method, byte[] request, CancellationToken cancel)
    {
        try
        {
            return Message.Read(await _grpc.CallAsync(_service + method, request, null, cancel).ConfigureAwait(false));
        }
        catch (GrpcException e) when (e.Status == GrpcStatus.NotFound || (e.Status == GrpcStatus.Unknown && e.Message.Contains("not found", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }
    }
}
