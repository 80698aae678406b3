using System.Buffers.Binary;

namespace Peregrine.State;

/// <summary>
/// Descriptors that came with a message (SCM_RIGHTS). The message says their new numbers only, so the machine is asked at once what they are: who got them may pass them on and be gone.
/// A capture cannot be asked; there they stay unknown.
/// </summary>
internal static class PassedDescriptors
{
    private const int SolSocket = 1;
    private const int ScmRights = 1;

    /// <summary>SCM_MAX_FD: more than the kernel passes at once are not there.</summary>
    private const int Most = 253;

    /// <param name="state">The state.</param>
    /// <param name="thread">Who received.</param>
    /// <param name="control">The control messages as the receiver got them.</param>
    public static void Take(StateEngine state, ThreadEntry thread, ReadOnlySpan<byte> control)
    {
        if (control.IsEmpty || !state.Options.LookUpUnknown) return;
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
                for (var at = header; at + 4 <= end && left > 0; at += 4, left--) state.Renew(thread, BinaryPrimitives.ReadInt32LittleEndian(control[at..]));
            var padding = wide ? 7 : 3;
            var next = (length + padding) & ~padding;
            if (next <= 0 || next >= control.Length) return;
            control = control[next..];
        }
    }
}
