using Peregrine.Kernel.Files;

namespace Peregrine.Sensor.Reloading;

/// <summary>What lay under the watched paths at one moment. Compared with a later look it tells whether there is anything to load anew; what else happens in the same folders does not count.</summary>
internal sealed class Fingerprint
{
    private readonly List<(string Path, FileIdentity? File)> _files;

    private Fingerprint(List<(string, FileIdentity?)> files) => _files = files;

    public static Fingerprint Of(IEnumerable<string> paths)
    {
        var files = new List<(string, FileIdentity?)>();
        foreach (var path in paths)
        {
            var found = FileIdentity.Of(path);
            if (found is not { IsDirectory: true } folder)
            {
                files.Add((path, found));
                continue;
            }
            // Only the files of a folder count, not its own times: an editor's temporary file is no change.
            files.Add((path, folder with { Size = 0, Modified = 0, Changed = 0 }));
            foreach (var file in List(path)) files.Add((file, FileIdentity.Of(file)));
        }
        return new Fingerprint(files);
    }

    public bool Equals(Fingerprint other) => _files.SequenceEqual(other._files);

    /// <summary>Whether a file that had content at an earlier look is empty now: somebody who writes it in place has cut it and has not come to the words.</summary>
    public bool IsCutShort(Fingerprint earlier)
    {
        foreach (var (path, file) in _files)
            if (file is { Size: 0, IsDirectory: false } && earlier._files.Exists(f => f.Path == path && f.File is { Size: > 0 })) return true;
        return false;
    }

    private static string[] List(string folder)
    {
        try
        {
            return [.. Configuration.YamlFiles.In(folder)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
