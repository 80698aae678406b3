using Peregrine.State;

namespace Peregrine.Containers.Engines;

/// <summary>The labels by which a kubelet marks the containers of its pods, whatever the engine.</summary>
internal static class PodLabels
{
    public const string Name = "io.kubernetes.pod.name";
    public const string Namespace = "io.kubernetes.pod.namespace";
    public const string Uid = "io.kubernetes.pod.uid";
    public const string Container = "io.kubernetes.container.name";
    private const string Sandbox = "io.kubernetes.sandbox.id";

    /// <summary>The details with what these labels say of the pod.</summary>
    public static ContainerDetails Apply(ContainerDetails details, IReadOnlyDictionary<string, string> labels) => details with
    {
        Known = details.Known | ContainerFacts.Pod,
        PodName = Value(labels, Name, details.PodName),
        PodNamespace = Value(labels, Namespace, details.PodNamespace),
        PodUid = Value(labels, Uid, details.PodUid),
        SandboxId = Value(labels, Sandbox, details.SandboxId),
    };

    private static byte[] Value(IReadOnlyDictionary<string, string> labels, string name, byte[] otherwise) => labels.TryGetValue(name, out var value) ? Utf8.Of(value) : otherwise;
}
