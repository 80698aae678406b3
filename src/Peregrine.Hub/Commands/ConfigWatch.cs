namespace Peregrine.Hub.Commands;

/// <summary>Notices that the configuration file changed, also by a rename or a turned link.</summary>
internal static class ConfigWatch
{
    // Editors and mounts write in several steps; the last one counts.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    public static IDisposable? Start(string? file, SemaphoreSlim changed)
    {
        if (file is null) return null;
        var path = Path.GetFullPath(file);
        var timer = new Timer(_ => changed.Release());
        var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!) { NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.FileName | NotifyFilters.CreationTime | NotifyFilters.DirectoryName };
        void Touch(object sender, FileSystemEventArgs e) => timer.Change(Quiet, Timeout.InfiniteTimeSpan);
        watcher.Changed += Touch;
        watcher.Created += Touch;
        watcher.Renamed += (sender, e) => Touch(sender, e);
        watcher.EnableRaisingEvents = true;
        return new Both(watcher, timer);
    }

    private sealed class Both(FileSystemWatcher watcher, Timer timer) : IDisposable
    {
        public void Dispose()
        {
            watcher.Dispose();
            timer.Dispose();
        }
    }
}
