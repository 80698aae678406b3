namespace Peregrine.State;

/// <summary>containerd without a CRI: <c>/NAMESPACE/ID</c>, where the namespaces that its clients use are known by name and the id is the client's choice.</summary>
internal static class ContainerdCgroup
{
    public static bool TryMatch(scoped in CgroupPart part, out CgroupMatch match)
    {
        match = new CgroupMatch { Engine = ContainerEngine.Containerd };
        if (!IsNamespace(part.Above)) return false;
        match.Id = part.Name;
        return true;
    }

    /// <summary>"default" is too common a word to decide alone; see <see cref="PlainCgroup"/>.</summary>
    private static bool IsNamespace(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("k8s.io"u8) || name.SequenceEqual("moby"u8) || name.SequenceEqual("buildkit"u8) || name.SequenceEqual("services.linuxkit"u8);
}
