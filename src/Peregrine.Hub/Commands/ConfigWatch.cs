using System.IO.Hashing;

namespace Peregrine.Hub.Commands;

/// <summary>Notices that what the configuration file holds has changed, also by a rename or a turned link. What else happens in its folder (a log, the data folder, an editor's own files) is none of that.</summary>
internal sealed class ConfigWatch : IDisposable
{
    // Editors and mounts write in several steps; the last one counts.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private readonly string _path;
    private readonly Action _changed;
    private readonly FileSystemWatcher _watcher;
    private readonly Timer _timer;
    private readonly Lock _lock = new();
    private UInt128 _known;

    private ConfigWatch(string path, UInt128 known, Action changed)
    {
        (_path, _known, _changed) = (path, known, changed);
        _timer = new Timer(_ => Look());
        _watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!) { NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.FileName | NotifyFilters.CreationTime | NotifyFilters.DirectoryName };
        _watcher.Changed += Touch;
        _watcher.Created += Touch;
        _watcher.Renamed += Touch;
        _watcher.EnableRaisingEvents = true;
        // What changed before the watch began.
        _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
    }

    /// <param name="file">The file; null for none, which never changes.</param>
    /// <param name="known">What it held when it was read: <see cref="Content"/> of before.</param>
    /// <param name="changed">Called when it holds something else.</param>
    public static ConfigWatch? Start(string? file, UInt128 known, Action changed) => file is null ? null : new ConfigWatch(Path.GetFullPath(file), known, changed);

    /// <summary>A number that stands for what the file holds; 0 for one that cannot be read.</summary>
    public static UInt128 Content(string? file)
    {
        try
        {
            return file is null ? 0 : XxHash128.HashToUInt128(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _timer.Dispose();
    }

    private void Touch(object sender, FileSystemEventArgs e) => _timer.Change(Quiet, Timeout.InfiniteTimeSpan);

    private void Look()
    {
        lock (_lock)
        {
            var now = Content(_path);
            if (now == _known) return;
            _known = now;
        }
        _changed();
    }
}
