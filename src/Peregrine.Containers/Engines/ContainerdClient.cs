using Peregrine.Containers.Grpc;
using Peregrine.Containers.Images;
using Peregrine.Containers.Oci;
using Peregrine.State;

namespace Peregrine.Containers.Engines;

/// <summary>containerd's own API: its containers, whoever had them made.</summary>
internal sealed class ContainerdClient(string socket, ContainerOptions options) : IEngineClient
{
    private const string Containers = "containerd.services.containers.v1.Containers/Get";
    private const string Images = "containerd.services.images.v1.Images/Get";
    private const string Namespaces = "containerd.services.namespaces.v1.Namespaces/List";
    private const string Events = "containerd.services.events.v1.Events/Subscribe";
    private const string Version = "containerd.services.version.v1.Version/Version";

    private readonly GrpcConnection _grpc = new(socket);

    public SourceRank Rank => SourceRank.Lower;

    public Task ConnectAsync(CancellationToken cancel) => _grpc.CallAsync(Version, [], null, cancel);

    public async Task<ContainerDetails?> InspectAsync(EngineRequest request, CancellationToken cancel)
    {
        if (request.Namespace is { } given && await FindAsync(request.Id, given, cancel).ConfigureAwait(false) is { } details) return details;
        var namespaces = Message.Read(await _grpc.CallAsync(Namespaces, [], null, cancel).ConfigureAwait(false));
        foreach (var name in namespaces.All(1).Select(n => n.Text(1)).Where(n => n != request.Namespace))
            if (await FindAsync(request.Id, name, cancel).ConfigureAwait(false) is { } found) return found;
        return null;
    }

    public async Task<bool> FollowAsync(Action<EngineEvent> report, CancellationToken cancel)
    {
        var filters = Message.Write((1, "topic==\"/containers/create\""), (1, "topic==\"/tasks/start\""), (1, "topic==\"/containers/delete\""));
        await _grpc.FollowAsync(Events, filters, frame => Report(Message.Read(frame), report), cancel).ConfigureAwait(false);
        return true;
    }

    public void Dispose() => _grpc.Dispose();

    private static void Report(MessageFields envelope, Action<EngineEvent> report)
    {
        EngineEventKind? kind = envelope.Text(3) switch
        {
            "/containers/create" => EngineEventKind.Created,
            "/tasks/start" => EngineEventKind.Started,
            "/containers/delete" => EngineEventKind.Removed,
            _ => null,
        };
        // All three begin with the container's id.
        if (kind is { } known && Message.Read(envelope.Inner(4).Bytes(2)).Text(1) is { Length: > 0 } id) report(new(known, id));
    }

    private async Task<ContainerDetails?> FindAsync(string id, string namespaceName, CancellationToken cancel)
    {
        try
        {
            var answer = Message.Read(await _grpc.CallAsync(Containers, Message.Write((1, id)), namespaceName, cancel).ConfigureAwait(false));
            return await ReadAsync(answer.Inner(1), id, namespaceName, cancel).ConfigureAwait(false);
        }
        catch (GrpcException e) when (e.Status == GrpcStatus.NotFound)
        {
            return null;
        }
    }

    private async Task<ContainerDetails> ReadAsync(MessageFields container, string id, string namespaceName, CancellationToken cancel)
    {
        if (container.Text(1) != id) throw new EngineException("an answer about another container");
        var labels = container.Map(2).ToMap();
        var spec = container.Inner(5).Bytes(2);
        var details = spec.IsEmpty ? new ContainerDetails() : FromSpec(RuntimeSpec.Parse(spec));
        details = PodLabels.Apply(details with
        {
            Known = details.Known | ContainerFacts.Name | ContainerFacts.Labels | ContainerFacts.Probes | ContainerFacts.Created,
            Name = (details.Known & ContainerFacts.Name) != 0 ? details.Name : Utf8.Of(labels.GetValueOrDefault(PodLabels.Container, labels.GetValueOrDefault("nerdctl/name", id))),
            Labels = ContainerLabels.Of(labels, options.LabelMaxLength),
            CreatedTime = container.Time(8),
            IsSandbox = details.IsSandbox || labels.GetValueOrDefault("io.cri-containerd.kind") == "sandbox",
        }, labels);
        return container.Text(3) is { Length: > 0 } image ? await WithImageAsync(details, image, namespaceName, cancel).ConfigureAwait(false) : details;
    }

    private ContainerDetails FromSpec(RuntimeSpec spec) => CriAnnotations.Apply(spec.ToDetails(), spec.Annotations, options.LabelMaxLength);

    private async Task<ContainerDetails> WithImageAsync(ContainerDetails details, string image, string namespaceName, CancellationToken cancel)
    {
        // A CRI names its containers' images by their id; the name that people know is among the annotations.
        if ((details.Known & ContainerFacts.Image) == 0 || details.Image.Length == 0) details = CriAnnotations.WithImage(details, image);
        try
        {
            var answer = Message.Read(await _grpc.CallAsync(Images, Message.Write((1, image)), namespaceName, cancel).ConfigureAwait(false));
            var digest = answer.Inner(1).Inner(3).Text(2);
            details = details with { Known = details.Known | ContainerFacts.ImageDigest, ImageDigest = Utf8.Of(digest) };
        }
        catch (GrpcException e) when (e.Status == GrpcStatus.NotFound)
        {
            // Removed while the container runs from it.
        }
        if (image.StartsWith("sha256:", StringComparison.Ordinal)) details = details with { Known = details.Known | ContainerFacts.ImageId, ImageId = Utf8.Of(ImageName.Digits(image)) };
        return details;
    }
}
