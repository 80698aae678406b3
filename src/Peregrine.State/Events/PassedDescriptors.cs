using System.Buffers.Binary;

namespace Peregrine.State;

/// <summary>
/// Descriptors that came with a message (SCM_RIGHTS). The message tells their new numbers only: whatever the table has there is not open any more. What they are is told by events that
/// follow, or by the machine when they are used.
/// </summary>
internal static class PassedDescriptors
{
    private const int SolSocket = 1;
    private const int ScmRights = 1;

    /// <summary>SCM_MAX_FD: more than the kernel passes at once are not there.</summary>
    private const int Most = 253;

    /// <param name="table">The descriptors of who received.</param>
    /// <param name="control">The control messages as the receiver got them.</param>
    public static void Take(FdTable table, ReadOnlySpan<byte> control)
    {
        if (control.IsEmpty) return;
        // 64-bit programs have a length of eight bytes, whose upper half is zero; 32-bit ones have the level there.
        var wide = control.Length >= 16 && BinaryPrimitives.ReadUInt32LittleEndian(control[4..]) == 0;
        var header = wide ? 16 : 12;
        var left = Most;
        while (control.Length >= header)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(control);
            if (length < header) return;
            var end = Math.Min(length, control.Length);
            if (BinaryPrimitives.ReadInt32LittleEndian(control[(header - 8)..]) == SolSocket && BinaryPrimitives.ReadInt32LittleEndian(control[(header - 4)..]) == ScmRights)
                for (var at = header; at + 4 <= end && left > 0; at += 4, left--) table.Remove(BinaryPrimitives.ReadInt32LittleEndian(control[at..]), out _);
            var padding = wide ? 7 : 3;
            var next = (length + padding) & ~padding;
            if (next <= 0 || next >= control.Length) return;
            control = control[next..];
        }
    }
}
