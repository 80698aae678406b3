namespace Peregrine.State;

/// <summary>Room to put a path or a tuple together in. What it gives out is valid until the next use.</summary>
internal sealed class PathScratch
{
    private byte[] _buffer = new byte[8192];

    public Span<byte> Room(int length)
    {
        if (_buffer.Length < length) _buffer = new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length)];
        return _buffer;
    }

    public ReadOnlySpan<byte> Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> path)
    {
        var room = Room(PathText.MaxLength(directory.Length, path.Length) + 1);
        return room[..PathText.Join(directory, path, room)];
    }

    /// <summary>The path as a directory is kept: with a final slash.</summary>
    public ReadOnlySpan<byte> JoinDirectory(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> path)
    {
        var room = Room(PathText.MaxLength(directory.Length, path.Length) + 1);
        var length = PathText.Join(directory, path, room);
        if (length == 0 || room[length - 1] != '/') room[length++] = (byte)'/';
        return room[..length];
    }
}
