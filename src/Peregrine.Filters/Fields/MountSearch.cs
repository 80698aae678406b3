using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>What of a mount is asked for.</summary>
internal enum MountPart : byte
{
    Whole,
    Source,
    Destination,
    Mode,
    Writable,
    Propagation,
}

/// <summary>Finds one of a container's mounts: by position, by a pattern for its source, or, when the source is asked for, by one for its destination.</summary>
internal static class MountSearch
{
    public static bool TrySet(ref EventContext context, MountPart part, FieldArg arg, ref FieldValue value)
    {
        if (ContainerMetadata.TryGet(ref context, ContainerFacts.Mounts) is not { } details) return false;
        var mounts = details.Mounts;
        if (arg.Index >= 0) return arg.Index < mounts.Count && Set(mounts[(int)arg.Index], part, ref value);
        if (arg.Parsed is not GlobPattern pattern) return false;
        for (var i = 0; i < mounts.Count; i++)
            if (pattern.Matches(part == MountPart.Source ? mounts[i].Destination : mounts[i].Source)) return Set(mounts[i], part, ref value);
        return false;
    }

    private static bool Set(ContainerMount mount, MountPart part, ref FieldValue value)
    {
        switch (part)
        {
            case MountPart.Source:
                return value.Set(mount.Source);
            case MountPart.Destination:
                return value.Set(mount.Destination);
            case MountPart.Mode:
                return value.Set(mount.Mode);
            case MountPart.Writable:
                return value.Set(Writable(mount));
            case MountPart.Propagation:
                return value.Set(mount.Propagation);
            default:
                var buffer = value.Buffer;
                buffer.Begin();
                buffer.Append(mount.Source);
                buffer.Append(":"u8);
                buffer.Append(mount.Destination);
                buffer.Append(":"u8);
                buffer.Append(mount.Mode);
                buffer.Append(":"u8);
                buffer.Append(Writable(mount));
                buffer.Append(":"u8);
                buffer.Append(mount.Propagation);
                return value.Set(buffer.End());
        }
    }

    private static ReadOnlySpan<byte> Writable(ContainerMount mount) => mount.Writable ? "true"u8 : "false"u8;
}
