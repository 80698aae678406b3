namespace Peregrine.Kernel.Proc.Files;

/// <summary><c>/proc/PID/fdinfo/N</c>: the first lines, which every kind of descriptor has.</summary>
internal readonly record struct FdInfoFile(long Position, uint Flags, uint MountId)
{
    public static FdInfoFile Parse(ReadOnlySpan<byte> text)
    {
        long position = 0;
        uint flags = 0, mount = 0;
        var lines = new TextCursor(text);
        while (!lines.AtEnd)
        {
            var line = lines.Line();
            if (line.StartsWith("pos:"u8)) position = new TextCursor(line[4..]).Number();
            else if (line.StartsWith("flags:"u8)) flags = Octal(new TextCursor(line[6..]).Cell());
            else if (line.StartsWith("mnt_id:"u8))
            {
                mount = (uint)new TextCursor(line[7..]).Unsigned();
                break;
            }
        }
        return new FdInfoFile(position, flags, mount);
    }

    private static uint Octal(ReadOnlySpan<byte> digits)
    {
        uint value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7') break;
            value = (value << 3) | (uint)(digit - '0');
        }
        return value;
    }
}
