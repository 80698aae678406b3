using System.Buffers.Binary;
using System.IO.Compression;
using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>
/// Writes a .scap capture that this program and others of the field read: first a section (<see cref="WriteSection"/>), then its events in order of time.
/// Failures of the stream below (a full disk) come through as <see cref="IOException"/>. Not thread-safe.
/// </summary>
public sealed class CaptureWriter : IDisposable
{
    private readonly CaptureOutput _output;
    private readonly Stream _stored;
    private bool _hasSection;

    /// <param name="stream">Owned by the writer unless <paramref name="leaveOpen"/>.</param>
    /// <param name="compression">How the capture is packed.</param>
    /// <param name="leaveOpen">Leaves the stream open at the end.</param>
    public CaptureWriter(Stream stream, CaptureCompression compression = CaptureCompression.None, bool leaveOpen = false)
        : this(stream, new CaptureWriterOptions { Compression = compression }, leaveOpen)
    {
    }

    /// <summary>Throws <see cref="NotSupportedException"/> when the capture is to be packed with zstd and no library is at hand; the stream is the caller's then.</summary>
    public CaptureWriter(Stream stream, CaptureWriterOptions options, bool leaveOpen = false)
    {
        _stored = stream;
        // Packing streams end with themselves; what they write to is left open by not letting them see its end.
        var below = options.Compression == CaptureCompression.Zstd && leaveOpen ? new KeptStream(stream) : stream;
        var packed = options.Compression switch
        {
            CaptureCompression.Gzip => new GZipStream(below, CompressionLevel.Fastest, leaveOpen),
            CaptureCompression.Zstd => (options.CreateZstd ?? throw new NotSupportedException("no library for zstd is at hand"))(below),
            _ => below,
        };
        if (options.Behind != WriteBehind.No) packed = new BehindStream(packed == stream && leaveOpen ? new KeptStream(stream) : packed, options.MaxBehind, options.Behind == WriteBehind.Wait);
        _output = new CaptureOutput(packed, leaveOpen && packed == stream);
    }

    /// <summary>Events written.</summary>
    public ulong Events { get; private set; }

    /// <summary>Bytes written, before packing.</summary>
    public long Bytes => _output.Bytes;

    /// <summary>Bytes that reached the file, packed: what a limit on its size is about. Lags behind by what is buffered. For a pipe, <see cref="Bytes"/>.</summary>
    public long StoredBytes => _stored.CanSeek ? _stored.Position : Bytes;

    /// <summary>Creates a file, replacing one that is there. It is readable by its owner only: captures hold what programs read and wrote.</summary>
    public static CaptureWriter Create(string path, CaptureWriterOptions? options = null) => Open(path, FileMode.Create, options);

    /// <summary>
    /// Creates a file as <see cref="Create"/> does, in a folder that others may write to: what is there under its name is removed first and never written through,
    /// for it could be a link that somebody else laid.
    /// </summary>
    public static CaptureWriter CreateInShared(string path, CaptureWriterOptions? options = null)
    {
        File.Delete(path);
        return Open(path, FileMode.CreateNew, options);
    }

    /// <summary>Starts the capture with its tables. A later call starts another section, as a second capture joined to the first.</summary>
    public void WriteSection(CaptureMetadata metadata)
    {
        SectionWriter.Write(metadata, _output);
        _hasSection = true;
    }

    /// <summary>Writes an event as the reader gave it.</summary>
    public void WriteEvent(in CaptureEvent captured) => WriteEvent(captured.Event, captured.Cpu, captured.Flags);

    /// <summary>Writes an event in the current schema.</summary>
    public void WriteEvent(EventView e, ushort cpu, CaptureEventFlags flags = CaptureEventFlags.None)
    {
        if (!_hasSection) throw new InvalidOperationException("a capture starts with its section");
        var record = e.Record;
        var stored = flags & ~CaptureEventFlags.Large;
        var prefix = stored == CaptureEventFlags.None ? 2 : 6;
        // Other readers derive the padding without the flags; as these are four bytes, it is the same.
        var total = (BlockType.Envelope + prefix + record.Length + 3) & ~3;
        var large = flags != stored || EventSchema.IsLarge(e.Type) || total - BlockType.HeaderSize > CaptureLimits.EventBlock;
        var block = _output.Take(total);
        BinaryPrimitives.WriteUInt32LittleEndian(block, TypeOf(prefix, large));
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (uint)total);
        BinaryPrimitives.WriteUInt16LittleEndian(block[8..], cpu);
        if (prefix == 6) BinaryPrimitives.WriteUInt32LittleEndian(block[10..], (uint)stored);
        var body = block[(BlockType.HeaderSize + prefix)..];
        record.CopyTo(body);
        body[record.Length..^BlockType.TrailerSize].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block[^BlockType.TrailerSize..], (uint)total);
        Events++;
    }

    /// <summary>Hands everything on to the file.</summary>
    public void Flush() => _output.Flush();

    /// <inheritdoc/>
    public void Dispose() => _output.Dispose();

    private static CaptureWriter Open(string path, FileMode mode, CaptureWriterOptions? options)
    {
        var how = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, how);
        try
        {
            return new CaptureWriter(file, options ?? new CaptureWriterOptions());
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static uint TypeOf(int prefix, bool large) => (prefix, large) switch
    {
        (2, false) => BlockType.EventV2,
        (2, true) => BlockType.EventV2Large,
        (_, false) => BlockType.EventFlagsV2,
        (_, true) => BlockType.EventFlagsV2Large,
    };
}
