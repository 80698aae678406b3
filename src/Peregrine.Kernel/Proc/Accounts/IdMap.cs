using Peregrine.Kernel.Proc.Files;

namespace Peregrine.Kernel.Proc.Accounts;

/// <summary>Which ids of the host stand for which inside of a user namespace, as <c>/proc/PID/uid_map</c> and <c>gid_map</c> tell. Immutable.</summary>
internal sealed class IdMap
{
    /// <summary>The kernel takes 340 lines of three numbers.</summary>
    public const int LargestFile = 64 * 1024;

    private readonly List<(ulong Inside, ulong Outside, ulong Length)> _ranges = [];

    /// <summary>A namespace that is being set up has no ranges yet.</summary>
    public bool IsEmpty => _ranges.Count == 0;

    public static IdMap Parse(ReadOnlySpan<byte> text)
    {
        var map = new IdMap();
        var lines = new TextCursor(text);
        while (!lines.AtEnd)
        {
            var cells = new TextCursor(lines.Line());
            var (inside, outside, length) = (cells.Unsigned(), cells.Unsigned(), cells.Unsigned());
            if (length > 0) map._ranges.Add((inside, outside, length));
        }
        return map;
    }

    /// <summary>False for an id that does not exist inside.</summary>
    public bool TryInside(uint outside, out uint inside)
    {
        foreach (var range in _ranges)
        {
            if (outside < range.Outside || outside - range.Outside >= range.Length) continue;
            inside = (uint)(outside - range.Outside + range.Inside);
            return true;
        }
        inside = uint.MaxValue;
        return false;
    }

    /// <summary>False for an id that stands for none of the host's.</summary>
    public bool TryOutside(uint inside, out uint outside)
    {
        foreach (var range in _ranges)
        {
            if (inside < range.Inside || inside - range.Inside >= range.Length) continue;
            outside = (uint)(inside - range.Inside + range.Outside);
            return true;
        }
        outside = uint.MaxValue;
        return false;
    }
}
