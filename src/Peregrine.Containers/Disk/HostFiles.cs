namespace Peregrine.Containers.Disk;

/// <summary>Small files of the host; a file that is missing, unreadable or too large is none.</summary>
internal sealed class HostFiles(ContainerOptions options)
{
    private const int Largest = 16 * 1024 * 1024;

    /// <summary>Files that list many containers or images, kept while they do not change.</summary>
    private readonly Dictionary<string, (DateTime Written, long Length, object Parsed)> _parsed = [];

    public byte[]? Read(string path)
    {
        try
        {
            using var file = new FileStream(options.OnHost(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            if (file.Length > Largest) return null;
            var content = new byte[file.Length];
            return content.AsSpan(0, file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    public bool Exists(string path) => File.Exists(options.OnHost(path));

    /// <summary>What a file holds, parsed again only when the file has changed; null when there is no such file or it makes no sense.</summary>
    public T? Parsed<T>(string path, Func<byte[], T?> parse)
        where T : class
    {
        FileInfo info;
        try
        {
            info = new FileInfo(options.OnHost(path));
            if (!info.Exists) return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
        if (_parsed.TryGetValue(path, out var known) && known.Written == info.LastWriteTimeUtc && known.Length == info.Length) return (T)known.Parsed;
        if (Read(path) is not { } content || parse(content) is not { } parsed) return null;
        if (_parsed.Count > 64) _parsed.Clear();
        _parsed[path] = (info.LastWriteTimeUtc, info.Length, parsed);
        return parsed;
    }
}
