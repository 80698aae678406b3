using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Engines;

/// <summary>Takes away what an engine left mounted below a folder.</summary>
internal static class Mounts
{
    public static void ReleaseBelow(string folder)
    {
        var points = File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')[1]).Where(point => point.StartsWith(folder + "/", StringComparison.Ordinal)).Reverse().ToList();
        foreach (var point in points) Command.Run("umount", "-l", point);
    }
}
