namespace Peregrine.State;

/// <summary>Mesos: <c>/mesos/UUID</c>.</summary>
internal static class MesosCgroup
{
    public static bool TryMatch(scoped in CgroupPart part, out CgroupMatch match)
    {
        match = new CgroupMatch { Engine = ContainerEngine.Mesos };
        if (!part.Above.SequenceEqual("mesos"u8) || !ContainerIds.IsUuid(part.Name)) return false;
        match.Id = part.Name;
        return true;
    }
}
