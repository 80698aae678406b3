namespace Peregrine.State;

/// <summary>LXC and LXD: <c>/lxc/NAME</c>, <c>/lxc.payload/NAME</c>, <c>/lxc.payload.NAME</c>; <c>lxc.monitor…</c> is the monitor, on the host. libvirt's LXC: <c>machine-lxc\x2dN\x2dNAME.scope</c>, <c>NAME.libvirt-lxc</c>.</summary>
internal static class LxcCgroup
{
    public static bool TryMatch(scoped in CgroupPart part, out CgroupMatch match)
    {
        match = new CgroupMatch { Engine = ContainerEngine.Lxc };
        ReadOnlySpan<byte> id;
        if (part.Above.SequenceEqual("lxc"u8) || part.Above.SequenceEqual("lxc.payload"u8)) id = part.Name;
        else if (!ContainerIds.TryBetween(part.Name, "lxc.payload."u8, default, out id))
        {
            match.Engine = ContainerEngine.LibvirtLxc;
            if (!ContainerIds.TryBetween(part.Name, "machine-lxc\\x2d"u8, ".scope"u8, out id) && !ContainerIds.TryBetween(part.Name, default, ".libvirt-lxc"u8, out id)) return false;
        }
        match.Id = id;
        return true;
    }
}
