namespace Peregrine.State;

/// <summary>CRI-O: <c>crio-ID</c>, as a scope or not; <c>crio-conmon-ID</c> is the monitor, on the host.</summary>
internal static class CrioCgroup
{
    public static bool TryMatch(scoped in CgroupPart part, out CgroupMatch match)
    {
        match = new CgroupMatch { Engine = ContainerEngine.Crio };
        if (!ContainerIds.TryHash(part.Name, "crio-"u8, out var id)) return false;
        match.Id = id;
        return true;
    }
}
