using Peregrine.Events;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>
/// The fields of the reference's container plugin. Id and type come from the control group and are there at once; the rest is what the container's engine answered,
/// and has no value before.
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
            c.Thread is { } t && (t.Container is null ? v.Set("host"u8) : ContainerMetadata.TrySet(ref c, "name", ref v))),
        Answer("container.image", "Container Image", "Name of the container's image."),
        Answer("container.image.id", "Container Image ID", "Id of the container's image."),
        Declare.Text("container.type", "Container Type", Container, "The engine that runs the container, such as docker, podman or containerd; host outside of containers.",
            static (ref c, _, ref v) => c.Thread is { } t && v.Set(ContainerMetadata.EngineName(t.Container))),
        Truth("container.privileged", "Container Privileged", "True when the container runs privileged."),
        Answer("container.mounts", "Container Mounts", "The container's mounts as source:destination:mode:writable:propagation, joined by commas."),
        Mount("container.mount", "Container Mount", "One mount, by position or by its source, as in container.mounts.", ContainerMount.Whole),
        Mount("container.mount.source", "Container Mount Source", "Source of a mount, by position or by its destination.", ContainerMount.Source),
        Mount("container.mount.dest", "Container Mount Destination", "Destination of a mount, by position or by its source.", ContainerMount.Destination),
        Mount("container.mount.mode", "Container Mount Mode", "Mode of a mount, by position or by its source.", ContainerMount.Mode),
        Mount("container.mount.rdwr", "Container Mount Read/Write", "Whether a mount may be written to, by position or by its source.", ContainerMount.Writable),
        Mount("container.mount.propagation", "Container Mount Propagation", "Propagation of a mount, by position or by its source.", ContainerMount.Propagation),
        Answer("container.image.repository", "Repository", "Repository of the container's image."),
        Answer("container.image.tag", "Image Tag", "Tag of the container's image."),
        Answer("container.image.digest", "Registry Digest", "Digest of the container's image in its registry."),
        Answer("container.healthcheck", "Health Check", "The container's health check: a command line, or NONE."),
        Answer("container.liveness_probe", "Liveness", "The container's liveness probe: a command line, or NONE."),
        Answer("container.readiness_probe", "Readiness", "The container's readiness probe: a command line, or NONE."),
        Declare.Amount("container.start_ts", ParamType.Abstime, "Container Start", Container, "When the container was started, in nanoseconds since the epoch.",
            static (ref c, _, ref v) => ContainerMetadata.TryGetNumber(ref c, "start_ts", out var start) && v.Set(start)),
        Declare.Amount("container.duration", ParamType.Reltime, "Container Duration", Event, "Nanoseconds since the container was started.",
            static (ref c, _, ref v) => ContainerMetadata.TryGetNumber(ref c, "start_ts", out var start) && v.Set((long)c.Event.Timestamp - start)),
        Answer("container.ip", "Container IP", "The container's IP address; for pods that of the pod."),
        Answer("container.cni.json", "Container CNI Result", "What the network plugin answered when it set up the pod, as JSON."),
        Truth("container.host_pid", "Host PID Namespace", "True when the container shares the host's pid namespace."),
        Truth("container.host_network", "Host Network Namespace", "True when the container shares the host's network namespace."),
        Truth("container.host_ipc", "Host IPC Namespace", "True when the container shares the host's IPC namespace."),
        Declare.Text("container.label", "Container Label", Container, "The value of one of the container's labels.", static (ref c, arg, ref v) => ContainerMetadata.TrySetLabel(ref c, "label.", arg, ref v)).With(NeedsKey),
        Answer("container.labels", "Container Labels", "The container's labels as name:value, joined by commas."),
        Probe("proc.is_container_healthcheck", "Process Is Container Healthcheck", "True when the process runs as the container's health check.", "healthcheck"),
        Probe("proc.is_container_liveness_probe", "Process Is Container Liveness", "True when the process runs as the container's liveness probe.", "liveness_probe"),
        Probe("proc.is_container_readiness_probe", "Process Is Container Readiness", "True when the process runs as the container's readiness probe.", "readiness_probe"),
    ];

    private static Field[] Pods() =>
    [
        Pod("k8s.pod.name", "Pod Name", "Name of the pod."),
        Pod("k8s.ns.name", "Namespace Name", "Namespace of the pod."),
        Pod("k8s.pod.id", "Pod ID (legacy)", "Uid of the pod; k8s.pod.uid by its old name.") with { Extract = static (ref c, _, ref v) => ContainerMetadata.TrySetPodUid(ref c, ref v) },
        Pod("k8s.pod.uid", "Pod UID", "Uid of the pod.") with { Extract = static (ref c, _, ref v) => ContainerMetadata.TrySetPodUid(ref c, ref v) },
        Pod("k8s.pod.sandbox_id", "Pod Sandbox ID", "Id of the pod's sandbox, the first 12 characters of it."),
        Pod("k8s.pod.full_sandbox_id", "Pod Full Sandbox ID", "The whole id of the pod's sandbox."),
        Declare.Text("k8s.pod.label", "Pod Label", Container, "The value of one of the pod's labels.", static (ref c, arg, ref v) => ContainerMetadata.TrySetLabel(ref c, "k8s.pod.label.", arg, ref v)).With(NeedsKey),
        Pod("k8s.pod.labels", "Pod Labels", "The pod's labels as name:value, joined by commas."),
        Pod("k8s.pod.ip", "Pod Ip", "The pod's IP address."),
        Pod("k8s.pod.cni.json", "Pod CNI Result", "What the network plugin answered when it set up the pod, as JSON."),
        .. Gone("k8s.rc", "Replication Controller", "the pod's replication controller"),
        .. Gone("k8s.svc", "Service", "a service that leads to the pod"),
        Retired("k8s.ns.id", "Namespace ID", "Id of the pod's namespace."),
        Retired("k8s.ns.label", "Namespace Label", "One label of the pod's namespace.").With(NeedsKey),
        Retired("k8s.ns.labels", "Namespace Labels", "The labels of the pod's namespace."),
        .. Gone("k8s.rs", "Replica Set", "the pod's replica set"),
        .. Gone("k8s.deployment", "Deployment", "the pod's deployment"),
    ];

    private static Field Answer(string name, string display, string description)
    {
        var key = name["container.".Length..];
        return Declare.Text(name, display, Container, description, (ref c, _, ref v) => ContainerMetadata.TrySet(ref c, key, ref v));
    }

    private static Field Truth(string name, string display, string description)
    {
        var key = name["container.".Length..];
        return Declare.Flag(name, display, Container, description, (ref c, _, ref v) => ContainerMetadata.TrySetTruth(ref c, key, ref v));
    }

    private static Field Pod(string name, string display, string description) => Declare.Text(name, display, Container, description, (ref c, _, ref v) => ContainerMetadata.TrySet(ref c, name, ref v));

    private static Field Mount(string name, string display, string description, int part) =>
        Declare.Text(name, display, Container, description, (ref c, arg, ref v) => ContainerMount.TrySet(ref c, part, arg, ref v)).With(NeedsMount);

    /// <summary>A process of a container that is known to have such a check, run by its command line.</summary>
    private static Field Probe(string name, string display, string description, string key) =>
        Declare.Flag(name, display, Lineage, description, (ref c, _, ref v) => ContainerMetadata.TrySetIsProbe(ref c, key, ref v));

    private static Field Retired(string name, string display, string description) => Declare.Text(name, display, Container, description + None, null).Deprecated();

    private static Field[] Gone(string prefix, string display, string what) =>
    [
        Retired(prefix + ".name", display + " Name", "Name of " + what + "."),
        Retired(prefix + ".id", display + " ID", "Id of " + what + "."),
        Retired(prefix + ".label", display + " Label", "One label of " + what + ".").With(NeedsKey),
        Retired(prefix + ".labels", display + " Labels", "The labels of " + what + "."),
    ];
}
