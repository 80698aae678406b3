namespace Peregrine.State;

/// <summary>
/// Containers of pods. cgroupfs driver: <c>/kubepods/QOS/podUID/ID</c>; systemd driver: <c>kubepods-QOS-podUID.slice/cri-containerd-ID.scope</c>;
/// containerd with neither in agreement: <c>kubepods-QOS-podUID.slice:cri-containerd:ID</c>.
/// </summary>
internal static class KubernetesCgroup
{
    public static bool TryMatch(scoped in CgroupPart part, out CgroupMatch match)
    {
        match = new CgroupMatch { Engine = ContainerEngine.Containerd };
        var name = part.Name;
        var colon = name.LastIndexOf((byte)':');
        if (colon > 0 && ContainerIds.IsHash(name[(colon + 1)..]))
        {
            var before = name[..colon];
            var mark = before.LastIndexOf((byte)':');
            if (mark < 0) return false;
            match.Engine = Runtime(before[(mark + 1)..]);
            match.Id = name[(colon + 1)..];
            match.PodUid = PodUid(before[..mark]);
            return true;
        }
        if (ContainerIds.TryHash(name, "cri-containerd-"u8, out var id))
        {
            match.Id = id;
            match.PodUid = PodUid(part.Above);
            return true;
        }
        var pod = PodUid(part.Above);
        if (pod.IsEmpty) return false;
        if (ContainerIds.IsHash(name)) id = name;
        else if (ContainerIds.TryHash(name, "crio-"u8, out id)) match.Engine = ContainerEngine.Crio;
        else if (ContainerIds.TryHash(name, "docker-"u8, out id)) match.Engine = ContainerEngine.Docker;
        else return false;
        match.Id = id;
        match.PodUid = pod;
        return true;
    }

    /// <summary>The uid in <c>podUID</c> or <c>kubepods-QOS-podUID.slice</c>, which may have the names of slices above before it; empty for other parts.</summary>
    private static ReadOnlySpan<byte> PodUid(ReadOnlySpan<byte> part)
    {
        if (ContainerIds.TryBetween(part, default, ".slice"u8, out var slice)) part = slice;
        var start = part.StartsWith("pod"u8) ? 0 : part.IndexOf("kubepods"u8) >= 0 ? part.LastIndexOf("-pod"u8) + 1 : 0;
        if (!part[start..].StartsWith("pod"u8)) return default;
        var uid = part[(start + 3)..];
        return ContainerIds.IsPodUid(uid) ? uid : default;
    }

    private static ContainerEngine Runtime(ReadOnlySpan<byte> mark) => mark.SequenceEqual("cri-containerd"u8) ? ContainerEngine.Containerd
        : mark.SequenceEqual("crio"u8) ? ContainerEngine.Crio
        : mark.SequenceEqual("docker"u8) ? ContainerEngine.Docker
        : ContainerEngine.Cri;
}
