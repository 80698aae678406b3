using Peregrine.Kernel.Proc.Native;

namespace Peregrine.Kernel.Proc.Files;

/// <summary>A mount as <c>/proc/PID/mountinfo</c> tells it. Texts are as the kernel writes them, with blanks and backslashes undone.</summary>
/// <remarks>
/// The device is the file system's, as events carry it, which is not always what stat gives (btrfs, overlay). The upper folder is where an overlay keeps what was changed, as the host sees it; it is
/// empty for other file systems and for overlays that nobody can write. Root is the part of the file system that is mounted, point where it is mounted, from the process's root.
/// </remarks>
internal sealed record Mount(uint Device, bool IsReadOnly, bool IsOverlay, byte[] UpperDir, byte[] Root, byte[] Point);

/// <summary>Reads <c>mountinfo</c>.</summary>
internal static class MountInfoFile
{
    public static Dictionary<uint, Mount> Parse(ReadOnlySpan<byte> text)
    {
        var mounts = new Dictionary<uint, Mount>();
        var lines = new TextCursor(text);
        while (!lines.AtEnd) Line(lines.Line(), mounts);
        return mounts;
    }

    private static void Line(ReadOnlySpan<byte> line, Dictionary<uint, Mount> mounts)
    {
        // id parent major:minor root point options [tag…] - type source options
        var cells = new TextCursor(line);
        var id = (uint)cells.Unsigned();
        cells.Skip(1);
        var device = cells.Cell();
        var root = cells.Cell();
        var point = cells.Cell();
        var options = cells.Cell();
        var dash = cells.Rest.IndexOf(" - "u8);
        var colon = device.IndexOf((byte)':');
        if (dash < 0 || colon < 0) return;
        var tail = new TextCursor(cells.Rest[(dash + 3)..]);
        var overlay = tail.Cell().SequenceEqual("overlay"u8);
        tail.Skip(1);
        var superOptions = tail.Cell();
        var major = (uint)new TextCursor(device[..colon]).Unsigned();
        var minor = (uint)new TextCursor(device[(colon + 1)..]).Unsigned();
        mounts[id] = new Mount(
            DeviceNumber.Pack(major, minor),
            HasOption(options, "ro"u8) || HasOption(superOptions, "ro"u8),
            overlay,
            overlay ? Unescape(Option(superOptions, "upperdir="u8)) : [],
            overlay ? Unescape(root) : [],
            overlay ? Unescape(point) : []);
    }

    private static bool HasOption(ReadOnlySpan<byte> options, ReadOnlySpan<byte> wanted)
    {
        foreach (var range in options.Split((byte)','))
            if (options[range].SequenceEqual(wanted)) return true;
        return false;
    }

    private static ReadOnlySpan<byte> Option(ReadOnlySpan<byte> options, ReadOnlySpan<byte> key)
    {
        foreach (var range in options.Split((byte)','))
            if (options[range].StartsWith(key)) return options[range][key.Length..];
        return default;
    }

    /// <summary>Undoes <c>\ooo</c>, which stands for blanks, tabulators, line ends and backslashes.</summary>
    private static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)'\\') < 0) return text.ToArray();
        var result = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && IsOctal(text[i + 1]) && IsOctal(text[i + 2]) && IsOctal(text[i + 3]))
            {
                result[length++] = (byte)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0'));
                i += 3;
            }
            else
            {
                result[length++] = text[i];
            }
        }
        return result[..length];
    }

    private static bool IsOctal(byte c) => c is >= (byte)'0' and <= (byte)'7';
}
