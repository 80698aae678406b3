namespace Peregrine.State;

/// <summary>Texts with a meaning of their own.</summary>
internal static class Texts
{
    /// <summary>What a driver wrote where it could not read a text.</summary>
    public static ReadOnlySpan<byte> NotAvailable => "<NA>"u8;

    public static bool IsKnown(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.SequenceEqual(NotAvailable);

    /// <summary>A path without the kernel's remark that the file has no name any more.</summary>
    public static ReadOnlySpan<byte> WithoutDeleted(ReadOnlySpan<byte> path) => path.EndsWith(" (deleted)"u8) ? path[..^10] : path;
}
