using System.Globalization;

namespace Peregrine.Kernel.Proc.Facts;

/// <summary>Lists of processors as sysfs writes them: <c>0-3,8,10-11</c>.</summary>
internal static class CpuList
{
    /// <summary>The highest number; -1 when the text is no list.</summary>
    public static int Highest(string text)
    {
        var highest = -1;
        foreach (var (_, last) in Ranges(text)) highest = Math.Max(highest, last);
        return highest;
    }

    public static int Count(string text)
    {
        var count = 0;
        foreach (var (first, last) in Ranges(text)) count += last - first + 1;
        return count;
    }

    private static IEnumerable<(int First, int Last)> Ranges(string text)
    {
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            var first = dash < 0 ? part : part[..dash];
            var last = dash < 0 ? part : part[(dash + 1)..];
            if (int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to) && to >= from)
                yield return (from, to);
        }
    }
}
