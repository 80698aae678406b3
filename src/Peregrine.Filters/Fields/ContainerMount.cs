using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>Finds one of a container's mounts: by position, by its source, or, when the source is asked for, by its destination. Each is <c>source:destination:mode:writable:propagation</c>.</summary>
internal static class ContainerMount
{
    public const int Whole = -1;
    public const int Source = 0;
    public const int Destination = 1;
    public const int Mode = 2;
    public const int Writable = 3;
    public const int Propagation = 4;

    public static bool TrySet(ref EventContext context, int part, FieldArg arg, ref FieldValue value)
    {
        if (!ContainerMetadata.TrySet(ref context, "mounts", ref value)) return false;
        var rest = value.Bytes;
        for (var i = 0L; !rest.IsEmpty; i++)
        {
            var end = rest.IndexOf((byte)',');
            var mount = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (arg.Index >= 0 ? i == arg.Index : Part(mount, part == Source ? Destination : Source).SequenceEqual(arg.Utf8)) return value.Set(part == Whole ? mount : Part(mount, part));
        }
        return false;
    }

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> mount, int part)
    {
        for (var i = 0; i < part; i++)
        {
            var colon = mount.IndexOf((byte)':');
            if (colon < 0) return default;
            mount = mount[(colon + 1)..];
        }
        var end = mount.IndexOf((byte)':');
        return end < 0 ? mount : mount[..end];
    }
}
