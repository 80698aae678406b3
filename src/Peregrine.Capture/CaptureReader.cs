using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>
/// Reads a .scap capture from a file or a stream, which may be a pipe: first the tables (in <see cref="Open(Stream, CaptureReaderOptions)"/>), then one event after the other.
/// Memory does not depend on the capture's size. Not thread-safe.
/// </summary>
/// <remarks>
/// Per event: 1 block header, 2 frame (CPU, flags, record), 3 check of every length, 4 conversion of old schemas, 5 whether it surfaces.
/// </remarks>
public sealed class CaptureReader : IDisposable
{
    private static readonly EventTrait[] Traits = EventTrait.OfAll();

    private readonly CaptureInput _input;
    private readonly Stream _source;
    private readonly EventConverter? _converter;
    private readonly bool _keepUnknown;
    private readonly EventTrait[] _traits = Traits;
    private OldEventRecord? _old;
    private bool _ended;
    private ulong _delivered;
    private bool _sectionStarts;
    private bool _beforeFirst = true;

    private CaptureReader(Stream source, CaptureInput input, CaptureReaderOptions options)
    {
        (_source, _input) = (source, input);
        _converter = options.Convert ? new EventConverter() : null;
        _keepUnknown = options.KeepUnknown;
        Metadata = SectionReader.Read(input);
    }

    /// <summary>The tables of the current section.</summary>
    public CaptureMetadata Metadata { get; private set; }

    /// <summary>Events surfaced so far.</summary>
    public ulong Surfaced { get; private set; }

    /// <summary>
    /// Events read so far that do not surface: delivered for the state only, or used up by the conversion. Users, groups and containers
    /// in front of the first event are not counted.
    /// </summary>
    public ulong Dropped { get; private set; }

    /// <summary>Bytes read, unpacked.</summary>
    public long Offset => _input.Offset;

    /// <summary>Bytes read of the file as it is stored, for progress; -1 for a pipe.</summary>
    public long SourcePosition => _source.CanSeek ? _source.Position : -1;

    /// <summary>Size of the file as it is stored; -1 for a pipe.</summary>
    public long SourceLength => _source.CanSeek ? _source.Length : -1;

    /// <summary>Opens a file. Throws <see cref="CaptureException"/> when it is not a capture or its tables are corrupt, and the file system's exceptions.</summary>
    public static CaptureReader Open(string path, CaptureReaderOptions? options = null) =>
        Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan), options);

    /// <summary>Opens a stream, plain or packed, which the reader owns from here on, even if this throws.</summary>
    public static CaptureReader Open(Stream source, CaptureReaderOptions? options = null)
    {
        options ??= new CaptureReaderOptions();
        CaptureInput? input = null;
        try
        {
            input = PackedStream.Open(source, options);
            return new CaptureReader(source, input, options);
        }
        catch
        {
            input?.Dispose();
            source.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads the next event. False at the end of the capture. Throws <see cref="CaptureException"/> where the capture is cut or corrupt; from then on it returns false.
    /// </summary>
    public bool TryRead(out CaptureEvent captured)
    {
        captured = default;
        while (!_ended)
        {
            if (!_input.Ensure(BlockType.HeaderSize) && EndOfInput()) return false;
            var (blockType, total) = SectionReader.Header(_input);
            var shape = EventShape.Of(blockType);
            if (!shape.IsEvent)
            {
                Restart();
                continue;
            }
            var offset = _input.Offset;
            var block = Frame(total, shape);
            var record = block[(BlockType.HeaderSize + shape.Prefix)..^BlockType.TrailerSize];
            var type = (EventType)BinaryPrimitives.ReadUInt16LittleEndian(record[20..]);
            if ((uint)type >= (uint)_traits.Length)
            {
                if (!_keepUnknown || !TryKeep(block, record, shape, offset, out captured)) continue;
                return true;
            }
            if (!shape.HasParamCount) record = Recover(record, type, block.Length - BlockType.HeaderSize, offset);
            if (!EventView.TryRead(record, out captured.View)) throw Fail("corrupted event: its lengths disagree", offset);
            var trait = _traits[(int)type];
            if (_converter is not null && !trait.IsCurrent(captured.View.ParamCount))
            {
                if (!Convert(ref captured.View, offset))
                {
                    CountUnseen();
                    continue;
                }
                trait = _traits[(int)captured.View.Type];
            }
            var flags = FlagsOf(block, shape);
            var isNote = IsLeadingNote(flags);
            var surfaced = !isNote && Surfaces(trait, flags);
            if (!isNote) _delivered++;
            captured.Cpu = BinaryPrimitives.ReadUInt16LittleEndian(block[BlockType.HeaderSize..]);
            captured.Flags = flags;
            captured.Offset = offset;
            captured.Number = _delivered;
            captured.IsSurfaced = surfaced;
            captured.StartsSection = _sectionStarts;
            _sectionStarts = false;
            return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended = true;
        _input.Dispose();
    }

    /// <summary>Makes the whole event block available and moves behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Frame(uint total, EventShape shape)
    {
        var least = BlockType.Envelope + shape.Prefix + (shape.HasParamCount ? EventView.HeaderSize : OldEventRecord.HeaderSize);
        if (total < least) throw Fail($"block length too short {total}", _input.Offset);
        var length = total - BlockType.HeaderSize;
        if (!shape.IsLarge && length > CaptureLimits.EventBlock)
            throw Fail($"event block length {length} greater than NON-LARGE read buffer size {CaptureLimits.EventBlock}", _input.Offset);
        if (length > CaptureLimits.LargeEventBlock)
            throw Fail($"event block length {length} greater than read buffer size {CaptureLimits.LargeEventBlock}", _input.Offset);
        if (!_input.Ensure((int)total)) throw Truncated(length);
        var block = _input.Available[..(int)total];
        _input.Advance((int)total);
        return block;
    }

    /// <summary>An event of a newer schema, whose parameters cannot be looked at. The first version's header does not fit today's blocks.</summary>
    private bool TryKeep(ReadOnlySpan<byte> block, ReadOnlySpan<byte> record, EventShape shape, long offset, out CaptureEvent captured)
    {
        captured = default;
        if (!shape.HasParamCount || !EventView.TryReadUnknown(record, out var view)) return false;
        captured.View = view;
        captured.Cpu = BinaryPrimitives.ReadUInt16LittleEndian(block[BlockType.HeaderSize..]);
        captured.Flags = FlagsOf(block, shape) | (shape.IsLarge ? CaptureEventFlags.Large : CaptureEventFlags.None);
        captured.Offset = offset;
        captured.Number = _delivered;
        captured.StartsSection = _sectionStarts;
        _sectionStarts = false;
        return true;
    }

    private static CaptureEventFlags FlagsOf(ReadOnlySpan<byte> block, EventShape shape) =>
        shape.HasFlags ? (CaptureEventFlags)BinaryPrimitives.ReadUInt32LittleEndian(block[(BlockType.HeaderSize + 2)..]) : CaptureEventFlags.None;

    private ReadOnlySpan<byte> Recover(ReadOnlySpan<byte> record, EventType type, int blockLength, long offset)
    {
        try
        {
            return (_old ??= new OldEventRecord()).Recover(record, type, blockLength);
        }
        catch (ConversionException e)
        {
            throw Fail(e.Message, offset);
        }
    }

    private bool Convert(ref EventView view, long offset)
    {
        try
        {
            return _converter!.Convert(ref view);
        }
        catch (ConversionException e)
        {
            throw Fail(e.Message, offset);
        }
    }

    /// <summary>What our own captures tell between their tables and the first event belongs to the tables: it is not counted.</summary>
    private bool IsLeadingNote(CaptureEventFlags flags) => _beforeFirst && Metadata.IsOwn && (flags & CaptureEventFlags.StateOnly) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Surfaces(EventTrait trait, CaptureEventFlags flags)
    {
        if (_beforeFirst && trait.IsInitialState) return false;
        _beforeFirst = false;
        if ((flags & CaptureEventFlags.StateOnly) != 0 || trait.IsHidden)
        {
            Dropped++;
            return false;
        }
        Surfaced++;
        return true;
    }

    /// <summary>An event that the conversion keeps or drops. The one that ends the initial state is not counted: the reference has consumed it by then.</summary>
    private void CountUnseen()
    {
        if (!_beforeFirst) Dropped++;
        _beforeFirst = false;
    }

    /// <summary>Fewer than 8 bytes are left: none is the regular end.</summary>
    private bool EndOfInput()
    {
        _ended = true;
        if (_input.Count == 0 && _input.Failure is null) return true;
        throw InputFailure.Of(_input, BlockType.HeaderSize, "block header");
    }

    /// <summary>Anything but an event must be the header of another section (captures joined end to end).</summary>
    private void Restart()
    {
        _ended = true;
        try
        {
            Metadata = SectionReader.Read(_input);
        }
        catch (CaptureException e)
        {
            throw new CaptureException("could not restart capture: " + e.Problem, e.Offset, e.Block, e.InnerException);
        }
        _converter?.Forget();
        (_ended, _sectionStarts, _beforeFirst) = (false, true, true);
    }

    private CaptureException Truncated(long length)
    {
        _ended = true;
        _input.Advance(BlockType.HeaderSize);
        return InputFailure.Of(_input, length, "event");
    }

    private CaptureException Fail(string problem, long offset)
    {
        _ended = true;
        return new CaptureException(problem, offset, "event");
    }
}
