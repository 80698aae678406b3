namespace Peregrine.Sensor.Reloading;

/// <summary>
/// Finds the folders to watch so that no way of changing a file goes unseen: written in place, replaced by a rename, reached through a link that is turned (as Kubernetes does it with
/// mounted configuration: <c>falco.yaml</c> → <c>..data/falco.yaml</c>, <c>..data</c> → <c>..2026_11_21</c>), deleted, not there yet.
/// </summary>
internal static class WatchedFolders
{
    /// <summary>The kernel's own limit for links on the way to a file.</summary>
    private const int MaxLinks = 40;

    public static IReadOnlyCollection<string> Of(IEnumerable<string> paths)
    {
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in paths) Walk(Path.GetFullPath(path), folders);
        return folders;
    }

    /// <summary>Goes the way to the file part by part and notes the folder of each link, the folder of the file, and the file itself when it is a folder.</summary>
    private static void Walk(string path, SortedSet<string> folders)
    {
        var left = new Stack<string>(Parts(path));
        var at = "/";
        for (var links = 0; left.TryPop(out var part);)
        {
            if (part == "..")
            {
                at = Path.GetDirectoryName(at) ?? "/";
                continue;
            }
            var here = Path.Combine(at, part);
            var isLast = left.Count == 0;
            if (LinkTarget(here) is { } target && links++ < MaxLinks)
            {
                folders.Add(at);
                if (target.StartsWith('/')) at = "/";
                foreach (var step in Parts(target)) left.Push(step);
            }
            else if (Directory.Exists(here))
            {
                // A folder of rules can be replaced as a whole.
                if (isLast) folders.UnionWith([at, here]);
                at = here;
            }
            else
            {
                // The file, or the place where a missing part of the way would appear.
                folders.Add(at);
                return;
            }
        }
    }

    /// <summary>Last first, as a stack wants them.</summary>
    private static IEnumerable<string> Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static p => p != ".").Reverse();

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
