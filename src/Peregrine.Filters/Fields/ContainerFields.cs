using Peregrine.Events;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>
/// The fields of the reference's container plugin, and a few of our own. Id and type come from the control group and are there at once; the rest is what the container's engine
/// answered: it has no value before, and <c>container.lookup</c> says why.
/// </summary>
public static class ContainerFields
{
    private const string None = " No value: what it told is not part of what engines say today.";
    private const FieldArgument NeedsKey = FieldArgument.Required | FieldArgument.Key;
    private const FieldArgument NeedsMount = FieldArgument.Required | FieldArgument.Key | FieldArgument.Index;

    /// <summary>The class in which they are listed.</summary>
    public static FieldClass Class { get; } = FieldClass.Of("container", "", "The container and Kubernetes pod that the process runs in.", ["syscall"], Containers(), Pods());

    public static IReadOnlyList<Field> All => Class.Fields;

    private static Field[] Containers() =>
    [
        Declare.Text("container.id", "Container ID", Container, "Id of the container, the first 12 characters of it; host outside of containers.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.Container is { } k ? k.Id : "host"u8)),
        Declare.Text("container.full_id", "Container Full ID", Container, "The whole id of the container; host outside of containers.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.Container is { } k ? k.FullId : "host"u8)),
        Declare.Text("container.name", "Container Name", Container, "Name of the container; host outside of containers.", static (ref c, _, ref v) =>
            c.Thread is { } t && (t.Container is null ? v.Set("host"u8) : ContainerMetadata.TrySet(ref c, ContainerFacts.Name, static d => d.Name, ref v))) with { Awaits = ContainerFacts.Name },
        Answer("container.image", "Container Image", "Name of the container's image.", ContainerFacts.Image, static d => d.Image),
        Answer("container.image.id", "Container Image ID", "Id of the container's image.", ContainerFacts.ImageId, static d => d.ImageId),
        Declare.Text("container.type", "Container Type", Container, "The engine that runs the container, such as docker, podman or containerd; host outside of containers.",
            static (ref c, _, ref v) => c.Thread is { } t && v.Set(ContainerMetadata.EngineName(t.Container))) with { Awaits = ContainerFacts.Name },
        Truth("container.privileged", "Container Privileged", "True when the container runs privileged.", ContainerFacts.Privileged, static d => d.Privileged),
        Answer("container.mounts", "Container Mounts", "The container's mounts as source:destination:mode:writable:propagation, joined by commas.", ContainerFacts.Mounts, static d => d.MountsText),
        Mount("container.mount", "Container Mount", "One mount, by position or by its source, as in container.mounts.", MountPart.Whole),
        Mount("container.mount.source", "Container Mount Source", "Source of a mount, by position or by its destination.", MountPart.Source),
        Mount("container.mount.dest", "Container Mount Destination", "Destination of a mount, by position or by its source.", MountPart.Destination),
        Mount("container.mount.mode", "Container Mount Mode", "Mode of a mount, by position or by its source.", MountPart.Mode),
        Mount("container.mount.rdwr", "Container Mount Read/Write", "Whether a mount may be written to, by position or by its source.", MountPart.Writable),
        Mount("container.mount.propagation", "Container Mount Propagation", "Propagation of a mount, by position or by its source.", MountPart.Propagation),
        Answer("container.image.repository", "Repository", "Repository of the container's image.", ContainerFacts.Image, static d => d.ImageRepository),
        Answer("container.image.tag", "Image Tag", "Tag of the container's image.", ContainerFacts.Image, static d => d.ImageTag),
        Answer("container.image.digest", "Registry Digest", "Digest of the container's image in its registry.", ContainerFacts.ImageDigest, static d => d.ImageDigest),
        Answer("container.healthcheck", "Health Check", "The container's health check: a command line, or NONE.", ContainerFacts.Probes, static d => d.Healthcheck is [] ? ContainerMetadata.NoProbe : d.Healthcheck),
        Answer("container.liveness_probe", "Liveness", "The container's liveness probe: a command line, or NONE.", ContainerFacts.Probes, static d => d.LivenessProbe is [] ? ContainerMetadata.NoProbe : d.LivenessProbe),
        Answer("container.readiness_probe", "Readiness", "The container's readiness probe: a command line, or NONE.", ContainerFacts.Probes, static d => d.ReadinessProbe is [] ? ContainerMetadata.NoProbe : d.ReadinessProbe),
        Declare.Amount("container.start_ts", ParamType.Abstime, "Container Start", Container, "When the container was started, in nanoseconds since the epoch.",
            static (ref c, _, ref v) => ContainerMetadata.TryGetStart(ref c, out var start) && v.Set(start)),
        Declare.Amount("container.duration", ParamType.Reltime, "Container Duration", Event, "Nanoseconds since the container was started.",
            static (ref c, _, ref v) => ContainerMetadata.TryGetStart(ref c, out var start) && v.Set((long)c.Event.Timestamp - start)),
        Answer("container.ip", "Container IP", "The container's IP address; for pods that of the pod.", ContainerFacts.Network, static d => d.Ip),
        Answer("container.cni.json", "Container CNI Result", "What the network plugin answered when it set up the pod, as JSON.", ContainerFacts.Network, static d => d.CniJson),
        Truth("container.host_pid", "Host PID Namespace", "True when the container shares the host's pid namespace.", ContainerFacts.Namespaces, static d => d.HostPid),
        Truth("container.host_network", "Host Network Namespace", "True when the container shares the host's network namespace.", ContainerFacts.Namespaces, static d => d.HostNetwork),
        Truth("container.host_ipc", "Host IPC Namespace", "True when the container shares the host's IPC namespace.", ContainerFacts.Namespaces, static d => d.HostIpc),
        Declare.Text("container.label", "Container Label", Container, "The value of one of the container's labels.", static (ref c, arg, ref v) => ContainerMetadata.TrySetLabel(ref c, ContainerFacts.Labels, arg, ref v)).With(NeedsKey) with { Awaits = ContainerFacts.Labels },
        Answer("container.labels", "Container Labels", "The container's labels as name:value, joined by commas.", ContainerFacts.Labels, static d => d.Labels.Text),
        Answer("container.user", "Container User", "The user that the container was configured to run as, as its engine writes it.", ContainerFacts.User, static d => d.User),
        Declare.Amount("container.size", ParamType.Uint64, "Container Size", Container, "Bytes that the container wrote to its own layer; needs with_size.",
            static (ref c, _, ref v) => ContainerMetadata.TryGet(ref c, ContainerFacts.Size) is { Size: >= 0 } details && v.Set(details.Size)) with { Awaits = ContainerFacts.Size },
        Declare.Text("container.lookup", "Container Look-up", Container, "Why fields of the container may have no value: host, waiting, answered, not asked, no engine, not found, or failed with the reason.",
            static (ref c, _, ref v) => ContainerMetadata.TrySetLookup(ref c, ref v)) with { Awaits = ContainerFacts.All },
        Probe("proc.is_container_healthcheck", "Process Is Container Healthcheck", "True when the process runs as the container's health check.", static d => d.Healthcheck),
        Probe("proc.is_container_liveness_probe", "Process Is Container Liveness", "True when the process runs as the container's liveness probe.", static d => d.LivenessProbe),
        Probe("proc.is_container_readiness_probe", "Process Is Container Readiness", "True when the process runs as the container's readiness probe.", static d => d.ReadinessProbe),
    ];

    private static Field[] Pods() =>
    [
        Pod("k8s.pod.name", "Pod Name", "Name of the pod.", ContainerFacts.Pod, static d => d.PodName),
        Pod("k8s.ns.name", "Namespace Name", "Namespace of the pod.", ContainerFacts.Pod, static d => d.PodNamespace),
        Declare.Text("k8s.pod.id", "Pod ID (legacy)", Container, "Uid of the pod; k8s.pod.uid by its old name.", static (ref c, _, ref v) => ContainerMetadata.TrySetPodUid(ref c, ref v)) with { Awaits = ContainerFacts.Pod },
        Declare.Text("k8s.pod.uid", "Pod UID", Container, "Uid of the pod.", static (ref c, _, ref v) => ContainerMetadata.TrySetPodUid(ref c, ref v)) with { Awaits = ContainerFacts.Pod },
        Pod("k8s.pod.sandbox_id", "Pod Sandbox ID", "Id of the pod's sandbox, the first 12 characters of it.", ContainerFacts.Pod, static d => ContainerMetadata.Short(d.SandboxId)),
        Pod("k8s.pod.full_sandbox_id", "Pod Full Sandbox ID", "The whole id of the pod's sandbox.", ContainerFacts.Pod, static d => d.SandboxId),
        Declare.Text("k8s.pod.label", "Pod Label", Container, "The value of one of the pod's labels.", static (ref c, arg, ref v) => ContainerMetadata.TrySetLabel(ref c, ContainerFacts.PodLabels, arg, ref v)).With(NeedsKey) with { Awaits = ContainerFacts.PodLabels },
        Pod("k8s.pod.labels", "Pod Labels", "The pod's labels as name:value, joined by commas.", ContainerFacts.PodLabels, static d => d.PodLabels.Text),
        Pod("k8s.pod.ip", "Pod Ip", "The pod's IP address.", ContainerFacts.Network, static d => d.Ip),
        Pod("k8s.pod.cni.json", "Pod CNI Result", "What the network plugin answered when it set up the pod, as JSON.", ContainerFacts.Network, static d => d.CniJson),
        .. Gone("k8s.rc", "Replication Controller", "the pod's replication controller"),
        .. Gone("k8s.svc", "Service", "a service that leads to the pod"),
        Retired("k8s.ns.id", "Namespace ID", "Id of the pod's namespace."),
        Retired("k8s.ns.label", "Namespace Label", "One label of the pod's namespace.").With(NeedsKey),
        Retired("k8s.ns.labels", "Namespace Labels", "The labels of the pod's namespace."),
        .. Gone("k8s.rs", "Replica Set", "the pod's replica set"),
        .. Gone("k8s.deployment", "Deployment", "the pod's deployment"),
    ];

    private static Field Answer(string name, string display, string description, ContainerFacts facts, ContainerText text) =>
        Declare.Text(name, display, Container, description, (ref c, _, ref v) => ContainerMetadata.TrySet(ref c, facts, text, ref v)) with { Awaits = facts };

    private static Field Truth(string name, string display, string description, ContainerFacts facts, Func<ContainerDetails, bool> truth) =>
        Declare.Flag(name, display, Container, description, (ref c, _, ref v) => ContainerMetadata.TryGet(ref c, facts) is { } details && v.Set(truth(details))) with { Awaits = facts };

    /// <summary>What only a container of a pod has: an empty answer is none.</summary>
    private static Field Pod(string name, string display, string description, ContainerFacts facts, ContainerText text) =>
        Declare.Text(name, display, Container, description, (ref c, _, ref v) => ContainerMetadata.TrySet(ref c, facts, text, ref v) && !v.Bytes.IsEmpty) with { Awaits = facts };

    private static Field Mount(string name, string display, string description, MountPart part) =>
        Declare.Text(name, display, Container, description, (ref c, arg, ref v) => MountSearch.TrySet(ref c, part, arg, ref v)).With(NeedsMount) with { Awaits = ContainerFacts.Mounts, PrepareArgument = static pattern => new GlobPattern(pattern) };

    /// <summary>A process of a container that is known to have such a check, run by its command line.</summary>
    private static Field Probe(string name, string display, string description, ContainerText probe) =>
        Declare.Flag(name, display, Lineage, description, (ref c, _, ref v) => ContainerMetadata.TrySetIsProbe(ref c, probe, ref v)) with { Awaits = ContainerFacts.Probes };

    private static Field Retired(string name, string display, string description) => Declare.Text(name, display, Container, description + None, null).Deprecated();

    private static Field[] Gone(string prefix, string display, string what) =>
    [
        Retired(prefix + ".name", display + " Name", "Name of " + what + "."),
        Retired(prefix + ".id", display + " ID", "Id of " + what + "."),
        Retired(prefix + ".label", display + " Label", "One label of " + what + ".").With(NeedsKey),
        Retired(prefix + ".labels", display + " Labels", "The labels of " + what + "."),
    ];
}
