namespace Peregrine.Kernel.Proc.Files;

/// <summary><c>/proc/PID/limits</c>: only the soft limit of open files is wanted.</summary>
internal static class LimitsFile
{
    /// <summary>The soft limit; -1 when it is unlimited, 0 when the file does not tell.</summary>
    public static long OpenFiles(ReadOnlySpan<byte> text)
    {
        var label = "Max open files"u8;
        var at = text.IndexOf(label);
        if (at < 0) return 0;
        var cells = new TextCursor(text[(at + label.Length)..]);
        var rest = cells.Rest;
        return rest.TrimStart((byte)' ').StartsWith("unlimited"u8) ? -1 : cells.Number();
    }
}
