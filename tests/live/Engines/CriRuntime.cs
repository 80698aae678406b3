using Peregrine.Containers.Grpc;

namespace Peregrine.LiveTests.Engines;

/// <summary>A pod as a kubelet asks for it: in the host's network, because nothing here makes other ones.</summary>
internal sealed record PodWish(string Name, string Uid, string Namespace)
{
    public bool Privileged { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The control group that holds the pod's, as the kubelet's cgroupfs driver names it.</summary>
    public string ControlGroup => $"/kubepods/besteffort/pod{Uid}";
}

/// <summary>What a kubelet says to a runtime (<c>runtime.v1</c> of the CRI), as far as the tests need it.</summary>
internal sealed class CriRuntime(string socket) : IDisposable
{
    /// <summary>Values of <c>NamespaceMode</c>.</summary>
    private const long OwnToContainer = 1;
    private const long OfNode = 2;

    private readonly GrpcConnection _grpc = new(socket);

    public bool HasImage(string name) => Call("ImageService/ImageStatus", (1, Message.Write((1, name)))).Has(1);

    /// <summary>Makes a pod's sandbox and starts it; returns its id.</summary>
    public string RunPod(PodWish pod) => Call("RuntimeService/RunPodSandbox", (1, Sandbox(pod))).Text(1);

    /// <summary>Makes a container in a pod and starts it; returns its id.</summary>
    public string Run(string sandbox, PodWish pod, string name, string image, bool privileged, IReadOnlyDictionary<string, string> labels, params string[] program)
    {
        var security = Message.Write((2, privileged), (3, Namespaces()));
        var config = Message.Write(
        [
            (1, Message.Write((1, name))), (2, Message.Write((1, image))), .. program.Select(word => (3, (object)word)), .. Map(9, labels), (15, Message.Write((1, Array.Empty<byte>()), (2, security))),
        ]);
        var id = Call("RuntimeService/CreateContainer", (1, sandbox), (2, config), (3, Sandbox(pod))).Text(1);
        Call("RuntimeService/StartContainer", (1, id));
        return id;
    }

    /// <summary>Runs a program in a container to its end, as the kubelet does for a probe; returns its exit code.</summary>
    public long Exec(string container, params string[] program) =>
        Call("RuntimeService/ExecSync", [(1, container), .. program.Select(word => (2, (object)word)), (3, 30L)]).Integer(3);

    public void RemovePod(string sandbox)
    {
        try
        {
            Call("RuntimeService/StopPodSandbox", (1, sandbox));
        }
        catch (GrpcException e) when (e.Message.Contains("ttrpc: closed", StringComparison.Ordinal))
        {
            // A container that ended at this moment took its shim along; containerd knows that it has ended when it is asked again.
            Thread.Sleep(1000);
            Call("RuntimeService/StopPodSandbox", (1, sandbox));
        }
        Call("RuntimeService/RemovePodSandbox", (1, sandbox));
    }

    public void Dispose() => _grpc.Dispose();

    private static byte[] Sandbox(PodWish pod)
    {
        var metadata = Message.Write((1, pod.Name), (2, pod.Uid), (3, pod.Namespace));
        var security = Message.Write((1, Namespaces()), (6, pod.Privileged));
        return Message.Write([(1, metadata), .. Map(6, pod.Labels), .. Map(7, pod.Annotations), (8, Message.Write((1, pod.ControlGroup), (2, security)))]);
    }

    private static byte[] Namespaces() => Message.Write((1, OfNode), (2, OwnToContainer));

    private static IEnumerable<(int, object)> Map(int field, IReadOnlyDictionary<string, string> texts) => texts.Select(t => (field, (object)Message.Write((1, t.Key), (2, t.Value))));

    private MessageFields Call(string method, params (int Field, object Value)[] request)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        return Message.Read(_grpc.CallAsync("runtime.v1." + method, Message.Write(request), null, limit.Token).GetAwaiter().GetResult());
    }
}
