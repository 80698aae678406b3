namespace Peregrine.Filters.Fields;

/// <summary>One control group of a thread: the subsystem and the path in it.</summary>
internal readonly ref struct ControlGroup
{
    public ReadOnlySpan<byte> Subsystem { get; private init; }

    public ReadOnlySpan<byte> Path { get; private init; }

    /// <summary>Takes the first of the groups, which are <c>subsystem=path</c> separated by NUL. The kernel calls one subsystem <c>io</c> that all others call <c>blkio</c>.</summary>
    public static ControlGroup Next(scoped ref ReadOnlySpan<byte> groups)
    {
        var end = groups.IndexOf((byte)0);
        var group = end < 0 ? groups : groups[..end];
        groups = end < 0 ? default : groups[(end + 1)..];
        var equals = group.IndexOf((byte)'=');
        if (equals < 0) return new() { Subsystem = group };
        var subsystem = group[..equals];
        return new() { Subsystem = subsystem.SequenceEqual("io"u8) ? "blkio"u8 : subsystem, Path = group[(equals + 1)..] };
    }
}
