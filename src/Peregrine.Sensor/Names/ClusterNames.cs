namespace Peregrine.Sensor.Names;

/// <summary>Names that only a Kubernetes cluster knows. Rules for all machines have them, and on a machine outside of one it is as it should be that they have no address.</summary>
internal static class ClusterNames
{
    private const string Suffix = ".svc.cluster.local";

    /// <summary>Where a node's agents keep what they have, under any distribution.</summary>
    private static readonly string[] Signs = ["/var/lib/kubelet", "/etc/kubernetes", "/var/lib/rancher/k3s", "/var/lib/rancher/rke2", "/var/snap/microk8s", "/var/lib/k0s"];

    private static readonly Lazy<bool> IsInCluster = new(static () => Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } || Signs.Any(Directory.Exists));

    /// <summary>Whether a name is one of a cluster, and this machine is in none.</summary>
    public static bool IsElsewhere(string name) => name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) && !IsInCluster.Value;
}
