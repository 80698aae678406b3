namespace Peregrine.Kernel.Proc.Files;

/// <summary><c>/proc/PID/cmdline</c> and <c>environ</c>: texts ended by NUL.</summary>
internal static class CommandLine
{
    /// <summary>More empty arguments than this at the end are the room that a program left when it wrote a title over its arguments.</summary>
    private const int LikelyEmptyArguments = 8;

    /// <summary>Splits argv[0] from the arguments behind it.</summary>
    public static void Split(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> exe, out ReadOnlySpan<byte> arguments)
    {
        var end = text.IndexOf((byte)0);
        exe = end < 0 ? text : text[..end];
        arguments = end < 0 ? default : WithoutFinal(text[(end + 1)..]);
    }

    /// <summary>Takes away the NUL that ends the last entry; empty entries before it stay unless they are a title's leftover room.</summary>
    public static ReadOnlySpan<byte> WithoutFinal(ReadOnlySpan<byte> text)
    {
        var trimmed = text.TrimEnd((byte)0);
        var empty = text.Length - trimmed.Length;
        if (empty == 0) return text;
        return empty > LikelyEmptyArguments ? trimmed : text[..^1];
    }
}
