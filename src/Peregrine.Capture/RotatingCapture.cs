using System.Globalization;
using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>
/// Writes captures of bounded size one after the other: <c>FILE</c>, then <c>FILE.1</c>, <c>FILE.2</c>… Each begins with the tables of its first moment, so each can be
/// replayed by itself. Where only so many are to be kept, the oldest are deleted.
/// </summary>
public sealed class RotatingCapture : IDisposable
{
    private readonly RotatingCaptureOptions _options;
    private readonly Func<CaptureMetadata> _tables;
    private readonly Action<CaptureWriter, CaptureMetadata>? _first;
    private readonly Queue<string> _kept = [];
    private CaptureWriter _writer;
    private ulong _eventsBefore;
    private int _next = 1;

    /// <param name="options">Where, how large, how many.</param>
    /// <param name="tables">Gives the tables of the moment, once per file.</param>
    /// <param name="first">Writes what belongs between the tables and the events, once per file.</param>
    public RotatingCapture(RotatingCaptureOptions options, Func<CaptureMetadata> tables, Action<CaptureWriter, CaptureMetadata>? first = null)
    {
        (_options, _tables, _first) = (options, tables, first);
        Path = options.Path;
        _writer = Open();
    }

    /// <summary>The file being written.</summary>
    public string Path { get; private set; }

    /// <summary>Events written to all files.</summary>
    public ulong Events => _eventsBefore + _writer.Events;

    /// <summary>Files begun.</summary>
    public int Files => _next;

    /// <summary>Set when the size is reached and no further file may follow; events given after that are not written.</summary>
    public bool IsFull { get; private set; }

    public void WriteEvent(EventView e, ushort cpu, CaptureEventFlags flags = CaptureEventFlags.None)
    {
        if (_options.MaxBytes > 0 && _writer.Events > 0 && Size(e) > _options.MaxBytes && !Rotate()) return;
        _writer.WriteEvent(e, cpu, flags);
    }

    public void Flush() => _writer.Flush();

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    // A packed file's size is known only as far as it has reached the disk; a plain one's exactly.
    private long Size(EventView e) => _options.Writing.Compression == CaptureCompression.None ? _writer.Bytes + e.Record.Length + BlockType.Envelope + 8 : _writer.StoredBytes;

    private bool Rotate()
    {
        IsFull |= !_options.Continue;
        if (IsFull) return false;
        _writer.Dispose();
        _eventsBefore += _writer.Events;
        Path = string.Create(CultureInfo.InvariantCulture, $"{_options.Path}.{_next++}");
        _writer = Open();
        return true;
    }

    private CaptureWriter Open()
    {
        var writer = CaptureWriter.Create(Path, _options.Writing);
        var tables = _tables();
        writer.WriteSection(tables);
        _first?.Invoke(writer, tables);
        _kept.Enqueue(Path);
        if (_options.Keep > 0 && _kept.Count > _options.Keep) File.Delete(_kept.Dequeue());
        return writer;
    }
}

/// <summary>Where, how large, how many.</summary>
public sealed record RotatingCaptureOptions
{
    public required string Path { get; init; }

    /// <summary>How each file is written.</summary>
    public CaptureWriterOptions Writing { get; init; } = new();

    /// <summary>Most bytes of a file on disk; 0 for no limit. A packed file can exceed it by what was on its way when it was reached (below 1 MiB).</summary>
    public long MaxBytes { get; init; }

    /// <summary>Whether another file follows a full one, else the capture ends there.</summary>
    public bool Continue { get; init; }

    /// <summary>How many files are kept; 0 for all.</summary>
    public int Keep { get; init; }
}
