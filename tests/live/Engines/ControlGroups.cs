namespace Peregrine.LiveTests.Engines;

/// <summary>Engines leave the empty folders behind that they keep their containers' control groups in.</summary>
internal static class ControlGroups
{
    /// <summary>Removes such a folder from every hierarchy, with the empty ones below it, where nothing lives in it.</summary>
    public static void RemoveEmpty(string name)
    {
        foreach (var hierarchy in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup")) Remove(Path.Combine(hierarchy, name));
        // In the memory hierarchy of old, engines build below the group that they were started in.
        foreach (var own in File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).Where(own => own[2] != "/")) Remove($"/sys/fs/cgroup/{own[1]}{own[2]}/{name}");
    }

    private static void Remove(string folder)
    {
        try
        {
            if (!Directory.Exists(folder)) return;
            foreach (var below in Directory.GetDirectories(folder)) Remove(below);
            // The kernel refuses a group that has members or groups below it; its files are no obstacle.
            Harness.Command.Run("rmdir", folder);
        }
        catch (IOException)
        {
            // Gone meanwhile.
        }
    }
}
