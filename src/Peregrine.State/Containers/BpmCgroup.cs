using System.Buffers;

namespace Peregrine.State;

/// <summary>BOSH's process manager: <c>bpm-JOB</c>, as a scope or not.</summary>
internal static class BpmCgroup
{
    private static readonly SearchValues<byte> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"u8);

    public static bool TryMatch(scoped in CgroupPart part, out CgroupMatch match)
    {
        match = new CgroupMatch { Engine = ContainerEngine.Bpm };
        if (!ContainerIds.TryBetween(part.Name, "bpm-"u8, ".scope"u8, out var id) && !ContainerIds.TryBetween(part.Name, "bpm-"u8, default, out id)) return false;
        if (id.ContainsAnyExcept(Allowed) || ContainerIds.IsUnit(id)) return false;
        match.Id = id;
        return true;
    }
}
