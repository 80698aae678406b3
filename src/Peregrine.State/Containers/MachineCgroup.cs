namespace Peregrine.State;

/// <summary>
/// systemd-nspawn: the payload below <c>machine-NAME.scope</c> or <c>systemd-nspawn@NAME.service</c> (the supervisor beside it is on the host); rkt's <c>machine-rkt\x2dUUID.scope</c>.
/// The same scopes hold virtual machines (<c>machine-qemu…</c>), which are none.
/// </summary>
internal static class MachineCgroup
{
    public static bool TryMatch(scoped in CgroupPart part, out CgroupMatch match)
    {
        match = new CgroupMatch { Engine = ContainerEngine.SystemdNspawn };
        if (ContainerIds.TryBetween(part.Name, "machine-rkt\\x2d"u8, ".scope"u8, out var id)) match.Engine = ContainerEngine.Rkt;
        else if (!part.Below.SequenceEqual("payload"u8)) return false;
        else if (!ContainerIds.TryBetween(part.Name, "machine-"u8, ".scope"u8, out id) && !ContainerIds.TryBetween(part.Name, "systemd-nspawn@"u8, ".service"u8, out id)) return false;
        match.Id = id;
        return true;
    }
}
