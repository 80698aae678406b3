using System.Buffers.Binary;

namespace Peregrine.Kernel.Types;

/// <summary>
/// Type information in the kernel's format (BTF, Documentation/bpf/btf.rst), read in place: types one after the other, numbered from 1 in that order, then texts. Throws <see cref="FormatException"/> for what it does not know.
/// </summary>
internal readonly ref struct TypeTable
{
    private const ushort Magic = 0xEB9F;
    private const int SmallestHeader = 24;

    /// <summary>Name, kind with number of members, and size or type: four bytes each.</summary>
    private const int Head = 12;

    private readonly ReadOnlySpan<byte> _types;
    private readonly ReadOnlySpan<byte> _texts;

    public TypeTable(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < SmallestHeader || BinaryPrimitives.ReadUInt16LittleEndian(bytes) != Magic) throw new FormatException("no type information");
        var rest = bytes[Number(bytes, 4)..];
        _types = rest.Slice(Number(bytes, 8), Number(bytes, 12));
        _texts = rest.Slice(Number(bytes, 16), Number(bytes, 20));
    }

    /// <summary>Where the first type stands.</summary>
    public static int First => 0;

    /// <summary>How many bytes the types take.</summary>
    public int Length => _types.Length;

    public TypeKind Kind(int at) => (TypeKind)(Number(_types, at + 4) >> 24 & 0x1f);

    /// <summary>The offset of its name among the texts; 0 when it has none.</summary>
    public int Name(int at) => Number(_types, at);

    /// <summary>The type that a modifier or typedef stands for.</summary>
    public int Target(int at) => Number(_types, at + 8);

    /// <summary>A type's bytes, members included.</summary>
    public ReadOnlySpan<byte> Bytes(int at) => _types[at..Next(at)];

    /// <summary>A text without its zero.</summary>
    public ReadOnlySpan<byte> Text(int offset)
    {
        var rest = _texts[offset..];
        return rest[..rest.IndexOf((byte)0)];
    }

    /// <summary>Where the next type stands.</summary>
    public int Next(int at)
    {
        var info = Number(_types, at + 4);
        var members = info & 0xffff;
        return at + Head + (TypeKind)(info >> 24 & 0x1f) switch
        {
            TypeKind.Pointer or TypeKind.Forward or TypeKind.Typedef or TypeKind.Volatile or TypeKind.Const or TypeKind.Restrict or TypeKind.Function or TypeKind.Float or TypeKind.TypeTag => 0,
            TypeKind.Int or TypeKind.Variable or TypeKind.DeclarationTag => 4,
            TypeKind.Array => 12,
            TypeKind.Struct or TypeKind.Union or TypeKind.DataSection or TypeKind.Enum64 => members * 12,
            TypeKind.Enum or TypeKind.FunctionPrototype => members * 8,
            var kind => throw new FormatException($"types of kind {(int)kind} are not known"),
        };
    }

    private static int Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
}
