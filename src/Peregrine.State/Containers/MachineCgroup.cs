namespace Peregrine.State;

/// <summary>
/// systemd-nspawn: the payload below <c>machine-NAME.scope</c> or <c>systemd-nspawn@NAME.service</c> (the supervisor beside it is on the host); in the hierarchies of old, which have no such part, whoever
/// is there in a pid namespace of its own. rkt's <c>machine-rkt\x2dUUID.scope</c>. The same scopes hold virtual machines (<c>machine-qemu…</c>), which are none.
/// </summary>
internal static class MachineCgroup
{
    public static bool TryMatch(scoped in CgroupPart part, out CgroupMatch match)
    {
        match = new CgroupMatch { Engine = ContainerEngine.SystemdNspawn };
        if (ContainerIds.TryBetween(part.Name, "machine-rkt\\x2d"u8, ".scope"u8, out var id)) match.Engine = ContainerEngine.Rkt;
        else if (!IsPayload(in part)) return false;
        else if (!ContainerIds.TryBetween(part.Name, "machine-"u8, ".scope"u8, out id) && !ContainerIds.TryBetween(part.Name, "systemd-nspawn@"u8, ".service"u8, out id)) return false;
        else id = Unescaped(id);
        match.Id = id;
        return true;
    }

    private static bool IsPayload(scoped in CgroupPart part) =>
        part.Below.SequenceEqual("payload"u8) || (part.InPidNamespace && !part.Below.SequenceEqual("supervisor"u8) && !part.Name.StartsWith("machine-qemu\\x2d"u8) && !part.Name.StartsWith("machine-lxc\\x2d"u8));

    /// <summary>The machine's name out of the unit's, where <c>\x2d</c> stands for a dash.</summary>
    private static ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> name)
    {
        const int Length = 4;
        if (name.IndexOf((byte)'\\') < 0) return name;
        var plain = new List<byte>(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            var code = name[i] == '\\' && i + Length <= name.Length && name[i + 1] == 'x' && System.Buffers.Text.Utf8Parser.TryParse(name.Slice(i + 2, 2), out byte value, out var used, 'x') && used == 2 ? value : -1;
            plain.Add(code < 0 ? name[i] : (byte)code);
            if (code >= 0) i += Length - 1;
        }
        return plain.ToArray();
    }
}
