using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Peregrine.Outputs;

/// <summary>
/// How far a spool has been delivered: the number of the first alert that has not been. Two places in one file are written in turn, each with a check, so that one is right at any moment.
/// </summary>
internal sealed class SpoolCursor : IDisposable
{
    private const int SlotSize = 16;

    private readonly SafeFileHandle _file;
    private int _slot;
    private bool _dirty;

    private SpoolCursor(SafeFileHandle file) => _file = file;

    /// <summary>The number of the first alert that has not been delivered; 0 when nobody knows.</summary>
    public long Next { get; private set; }

    public static SpoolCursor Open(string folder)
    {
        var cursor = new SpoolCursor(File.OpenHandle(Path.Combine(folder, "cursor"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));
        try
        {
            Span<byte> both = stackalloc byte[2 * SlotSize];
            both.Clear();
            RandomAccess.Read(cursor._file, both, 0);
            for (var slot = 0; slot < 2; slot++)
            {
                var one = both.Slice(slot * SlotSize, SlotSize);
                var next = BinaryPrimitives.ReadInt64LittleEndian(one);
                if (next <= cursor.Next || BinaryPrimitives.ReadUInt32LittleEndian(one[8..]) != SpoolRecord.Check(one[..8])) continue;
                cursor.Next = next;
                cursor._slot = 1 - slot;
            }
            return cursor;
        }
        catch
        {
            cursor.Dispose();
            throw;
        }
    }

    public void Write(long next)
    {
        Next = next;
        Span<byte> one = stackalloc byte[SlotSize];
        one.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(one, next);
        BinaryPrimitives.WriteUInt32LittleEndian(one[8..], SpoolRecord.Check(one[..8]));
        RandomAccess.Write(_file, one, _slot * SlotSize);
        _slot = 1 - _slot;
        _dirty = true;
    }

    /// <summary>Has the disk keep it. Without this a loss of power only has alerts delivered twice.</summary>
    public void Sync()
    {
        if (!_dirty) return;
        RandomAccess.FlushToDisk(_file);
        _dirty = false;
    }

    public void Dispose() => _file.Dispose();
}
