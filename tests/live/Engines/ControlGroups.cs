namespace Peregrine.LiveTests.Engines;

/// <summary>Engines leave the empty folders behind that they keep their containers' control groups in.</summary>
internal static class ControlGroups
{
    /// <summary>Removes such a folder from every hierarchy where nothing lives in it.</summary>
    public static void RemoveEmpty(string name)
    {
        foreach (var hierarchy in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
        {
            var folder = Path.Combine(hierarchy, name);
            try
            {
                // The kernel refuses a group that has members or groups below it; its files are no obstacle.
                if (Directory.Exists(folder) && Directory.GetDirectories(folder).Length == 0) Harness.Command.Run("rmdir", folder);
            }
            catch (IOException)
            {
                // Gone meanwhile.
            }
        }
    }
}
