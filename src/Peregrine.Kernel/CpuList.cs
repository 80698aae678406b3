using System.Globalization;

namespace Peregrine.Kernel;

/// <summary>The kernel's notation of CPU sets: <c>0-3,8,10-11</c>.</summary>
internal static class CpuList
{
    internal static IReadOnlyList<int> Parse(string text)
    {
        var cpus = new List<int>();
        foreach (var part in text.Trim().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            var first = int.Parse(dash < 0 ? part : part[..dash], CultureInfo.InvariantCulture);
            var last = dash < 0 ? first : int.Parse(part[(dash + 1)..], CultureInfo.InvariantCulture);
            for (var cpu = first; cpu <= last; cpu++) cpus.Add(cpu);
        }
        return cpus;
    }

    /// <summary>One more than the highest number in the set.</summary>
    internal static int Count(string text)
    {
        var highest = -1;
        foreach (var cpu in Parse(text)) highest = Math.Max(highest, cpu);
        return highest + 1;
    }
}
