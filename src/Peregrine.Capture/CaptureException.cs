namespace Peregrine.Capture;

/// <summary>A capture that cannot be read (further). Everything before <see cref="Offset"/> has been delivered.</summary>
/// <param name="problem">What is wrong, in the words people know from other readers of the format.</param>
/// <param name="offset">Where, in bytes of the unpacked capture.</param>
/// <param name="block">The block that was being read, such as <c>process list</c>.</param>
/// <param name="cause">The failure of the stream below, if that was it.</param>
/// <param name="hint">What the reader can tell beyond the problem: what the file is instead, what to do; null for nothing.</param>
public sealed class CaptureException(string problem, long offset, string block, Exception? cause = null, string? hint = null)
    : Exception($"{problem} (byte {offset}, {block}){(hint is null ? "" : ": " + hint)}", cause)
{
    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; } = problem;

    /// <summary>Offset in bytes into the unpacked capture.</summary>
    public long Offset { get; } = offset;

    /// <summary>Name of the block.</summary>
    public string Block { get; } = block;

    /// <summary>What the file is instead, or what to do; null when there is nothing to add.</summary>
    public string? Hint { get; } = hint;

    internal static CaptureException Truncated(long wanted, long had, long offset, string block) =>
        new($"expecting {wanted} bytes, read {had}. Is the file truncated?", offset, block);
}
