using System.Numerics;

namespace Peregrine.Kernel.Rings;

/// <summary>
/// How large the ring of each CPU is. A CPU that is not online has one too, so that nothing is lost when it comes online; a machine may be built for hundreds of those, so together they take no more memory than
/// the rings of the CPUs that run, if each is to have its least.
/// </summary>
internal static class RingPlan
{
    /// <summary>The least that a ring may hold: two of the largest records.</summary>
    internal const int Least = 256 * 1024;

    /// <param name="possible">All CPUs that there may be.</param>
    /// <param name="online">Those that run now.</param>
    /// <param name="bytes">The ring of each of these.</param>
    /// <param name="spare">The ring of each of the others; null for what memory allows.</param>
    internal static IEnumerable<(int Cpu, int Bytes)> Make(IReadOnlyList<int> possible, IReadOnlyList<int> online, int bytes, int? spare)
    {
        var others = possible.Except(online).Order().ToList();
        foreach (var cpu in online) yield return (cpu, bytes);
        var each = spare ?? (others.Count == 0 ? bytes : Share((long)bytes * online.Count / others.Count, bytes));
        foreach (var cpu in others) yield return (cpu, each);
    }

    /// <summary>Rounded down to a power of two.</summary>
    private static int Share(long each, int bytes) => Math.Min(bytes, Math.Max(Least, 1 << BitOperations.Log2((ulong)Math.Clamp(each, 1, int.MaxValue))));
}
