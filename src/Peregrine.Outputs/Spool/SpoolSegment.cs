using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Peregrine.Kernel.Files;

namespace Peregrine.Outputs;

/// <summary>A file of a spool: a head with the number of its first alert, then the alerts' records. Belongs to one <see cref="SpoolStore"/>, which locks.</summary>
internal sealed class SpoolSegment
{
    public const string Extension = ".spool";

    /// <summary>The mark and the number of the first alert.</summary>
    public const int HeadSize = 16;

    private SpoolSegment(string path, long first) => (Path, First) = (path, first);

    private static ReadOnlySpan<byte> Mark => "PRGSPL01"u8;

    public string Path { get; }

    /// <summary>The number of its first alert.</summary>
    public long First { get; }

    /// <summary>How many alerts it holds.</summary>
    public long Count { get; set; }

    /// <summary>How far it is right, in bytes.</summary>
    public long Length { get; set; }

    public static string NameOf(long first) => first.ToString("x16", CultureInfo.InvariantCulture) + Extension;

    /// <summary>Makes a file; one of that name could only be the empty rest of a failure.</summary>
    public static (SpoolSegment Segment, SafeFileHandle File) Create(string folder, long first)
    {
        var segment = new SpoolSegment(System.IO.Path.Combine(folder, NameOf(first)), first) { Length = HeadSize };
        var file = File.OpenHandle(segment.Path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            var head = new byte[HeadSize];
            Mark.CopyTo(head);
            BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), first);
            RandomAccess.Write(file, head, 0);
            Folders.Sync(folder);
            return (segment, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a file that an earlier run left: how many alerts of it are right. Null when it is no file of a spool.</summary>
    public static SpoolSegment? Scan(string path)
    {
        if (!long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var first)) return null;
        var segment = new SpoolSegment(path, first);
        using var file = segment.Open(FileAccess.Read);
        Span<byte> head = stackalloc byte[HeadSize];
        if (RandomAccess.Read(file, head, 0) < HeadSize || !head.StartsWith(Mark) || BinaryPrimitives.ReadInt64LittleEndian(head[8..]) != first) return segment;
        segment.Length = HeadSize;
        var reader = new SpoolReader();
        while (reader.Read(file, segment.Length, long.MaxValue) is { Length: > 0 } record)
        {
            segment.Length += record.Length;
            segment.Count++;
        }
        return segment;
    }

    public SafeFileHandle Open(FileAccess access) => File.OpenHandle(Path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);
}
