using System.Buffers.Text;

namespace Peregrine.Kernel.Proc.Files;

/// <summary>Walks the cells and lines of a procfs file. Running off the end gives empty cells and zeros: a file cut short is a file with less to say.</summary>
internal ref struct TextCursor(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>What lies behind the last thing read.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>The next line without its end.</summary>
    public ReadOnlySpan<byte> Line()
    {
        var end = _rest.IndexOf((byte)'\n');
        var line = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return line;
    }

    /// <summary>The next run of bytes that are neither blank nor tabulator.</summary>
    public ReadOnlySpan<byte> Cell()
    {
        _rest = _rest.TrimStart(" \t"u8);
        var end = _rest.IndexOfAny((byte)' ', (byte)'\t', (byte)'\n');
        var cell = end < 0 ? _rest : _rest[..end];
        _rest = _rest[cell.Length..];
        return cell;
    }

    public void Skip(int cells)
    {
        for (var i = 0; i < cells; i++) Cell();
    }

    public long Number() => Utf8Parser.TryParse(Cell(), out long value, out _) ? value : 0;

    public ulong Unsigned() => Utf8Parser.TryParse(Cell(), out ulong value, out _) ? value : 0;

    public ulong Hex() => Utf8Parser.TryParse(Cell(), out ulong value, out _, 'x') ? value : 0;

    /// <summary>The last number of the line; <paramref name="missing"/> when there is none.</summary>
    public long LastNumber(long missing)
    {
        var cell = _rest.TrimEnd(" \t"u8);
        cell = cell[(cell.LastIndexOfAny((byte)' ', (byte)'\t') + 1)..];
        return Utf8Parser.TryParse(cell, out long value, out _) ? value : missing;
    }

    /// <summary>The number between brackets of a name such as <c>pipe:[12345]</c>.</summary>
    public static ulong Bracketed(ReadOnlySpan<byte> name)
    {
        var open = name.LastIndexOf((byte)'[');
        return open >= 0 && Utf8Parser.TryParse(name[(open + 1)..], out ulong value, out _) ? value : 0;
    }
}
