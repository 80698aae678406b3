using System.Buffers.Binary;
using System.Text;

namespace Peregrine.Kernel.Types;

/// <summary>
/// Of the kernel's type information the part that the probe is fitted to this kernel by: the structures that it names, with all that lies inside of them. Pointers point to nothing, for nobody follows them there.
/// That is a hundredth of the whole, and libbpf, which copies it and searches it by name for each copy of the probe, takes a hundredth of the time.
/// </summary>
internal sealed class TypeExcerpt
{
    private const int Header = 24;

    /// <summary>A member of a structure: name, type and place.</summary>
    private const int MemberWords = 3;

    /// <summary>Stands for all types that point to others.</summary>
    private const int Pointer = -1;

    private readonly List<int> _starts = [0];
    private readonly Dictionary<int, uint> _numbers = [];
    private readonly List<int> _taken = [];
    private readonly Dictionary<int, uint> _textOffsets = new() { [0] = 0 };
    private readonly List<byte> _types = [];
    private readonly List<byte> _texts = [0];
    private uint _pointer;
    private uint _count;

    private TypeExcerpt()
    {
    }

    /// <summary>The excerpt, in the same format.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>Numbers, in the whole, of the typedefs that were asked for, in their order; 0 where there is none.</summary>
    public uint[] Typedefs { get; private set; } = [];

    /// <param name="whole">The kernel's type information.</param>
    /// <param name="probe">That of the probe: its names say which types are taken.</param>
    /// <param name="typedefs">Typedefs whose numbers are wanted.</param>
    /// <exception cref="FormatException">There is something that this code does not know.</exception>
    public static TypeExcerpt Make(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> probe, IReadOnlyList<string> typedefs)
    {
        var excerpt = new TypeExcerpt { Typedefs = new uint[typedefs.Count] };
        try
        {
            excerpt.Take(new TypeTable(whole), Names(new TypeTable(probe)), typedefs);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FormatException("the type information is cut short", e);
        }
        return excerpt;
    }

    /// <summary>Names of the types that a program may have been compiled against, without what comes behind three underscores: that tells apart what a type looked like in other kernels.</summary>
    private static HashSet<string> Names(TypeTable probe)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = TypeTable.First; at < probe.Length; at = probe.Next(at))
        {
            if (probe.Kind(at) is not (TypeKind.Struct or TypeKind.Union or TypeKind.Enum or TypeKind.Enum64 or TypeKind.Forward)) continue;
            var name = Encoding.ASCII.GetString(probe.Text(probe.Name(at)));
            var flavour = name.IndexOf("___", StringComparison.Ordinal);
            if (name.Length > 0) names.Add(flavour > 0 ? name[..flavour] : name);
        }
        return names;
    }

    private void Take(TypeTable whole, HashSet<string> names, IReadOnlyList<string> typedefs)
    {
        // Most types are told from those that are wanted by length and first letter, without looking the name up.
        Span<ulong> lengths = stackalloc ulong[128];
        foreach (var name in (IEnumerable<string>)[.. names, .. typedefs]) lengths[name[0] & 127] |= 1ul << (name.Length & 63);
        var known = names.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> letters = stackalloc char[128];
        // At least so many bytes has a type on average.
        _starts.EnsureCapacity(whole.Length / 20);
        for (var at = TypeTable.First; at < whole.Length; at = whole.Next(at))
        {
            _starts.Add(at);
            var kind = whole.Kind(at);
            if (kind is not (TypeKind.Struct or TypeKind.Union or TypeKind.Enum or TypeKind.Enum64 or TypeKind.Typedef) || whole.Name(at) == 0) continue;
            var name = whole.Text(whole.Name(at));
            if (name.Length > letters.Length || (lengths[name[0] & 127] >> (name.Length & 63) & 1) == 0) continue;
            Encoding.ASCII.GetChars(name, letters);
            var text = letters[..name.Length];
            if (kind != TypeKind.Typedef)
            {
                if (known.Contains(text)) _ = Numbered(_starts.Count - 1);
                continue;
            }
            for (var i = 0; i < typedefs.Count; i++)
                if (text.SequenceEqual(typedefs[i])) Typedefs[i] = (uint)_starts.Count - 1;
        }
        // Writing one may take others in.
        for (var i = 0; i < _taken.Count; i++)
        {
            if (_taken[i] == Pointer) Words(0, (uint)TypeKind.Pointer << 24, 0);
            else Write(whole, _starts[_taken[i]]);
        }
        Bytes = Assemble();
    }

    /// <summary>Its number in the excerpt; it is taken in with the first question.</summary>
    private uint Numbered(int type)
    {
        if (_numbers.TryGetValue(type, out var number)) return number;
        _numbers.Add(type, ++_count);
        _taken.Add(type);
        return _count;
    }

    /// <summary>What stands in the excerpt for the type of a member.</summary>
    private uint Inside(TypeTable whole, int type)
    {
        while (type != 0)
        {
            var at = _starts[type];
            switch (whole.Kind(at))
            {
                case TypeKind.Typedef or TypeKind.Volatile or TypeKind.Const or TypeKind.Restrict or TypeKind.TypeTag:
                    type = whole.Target(at);
                    continue;
                case TypeKind.Pointer:
                    return _pointer != 0 ? _pointer : _pointer = Numbered(Pointer);
                default:
                    return Numbered(type);
            }
        }
        return 0;
    }

    private void Write(TypeTable whole, int at)
    {
        var bytes = whole.Bytes(at);
        var kind = whole.Kind(at);
        uint Word(ReadOnlySpan<byte> from, int index) => BinaryPrimitives.ReadUInt32LittleEndian(from[(index * 4)..]);
        Words(TextOf(whole, (int)Word(bytes, 0)), Word(bytes, 1), Word(bytes, 2));
        var members = bytes[12..];
        switch (kind)
        {
            case TypeKind.Struct or TypeKind.Union:
                for (var i = 0; i < members.Length / 4; i += MemberWords)
                    Words(TextOf(whole, (int)Word(members, i)), Inside(whole, (int)Word(members, i + 1)), Word(members, i + 2));
                break;
            case TypeKind.Array:
                Words(Inside(whole, (int)Word(members, 0)), Inside(whole, (int)Word(members, 1)), Word(members, 2));
                break;
            case TypeKind.Enum:
                for (var i = 0; i < members.Length / 4; i += 2) Words(TextOf(whole, (int)Word(members, i)), Word(members, i + 1));
                break;
            case TypeKind.Enum64:
                for (var i = 0; i < members.Length / 4; i += 3) Words(TextOf(whole, (int)Word(members, i)), Word(members, i + 1), Word(members, i + 2));
                break;
            default:
                _types.AddRange(members);
                break;
        }
    }

    private uint TextOf(TypeTable whole, int offset)
    {
        if (_textOffsets.TryGetValue(offset, out var known)) return known;
        var added = (uint)_texts.Count;
        _textOffsets.Add(offset, added);
        _texts.AddRange(whole.Text(offset));
        _texts.Add(0);
        return added;
    }

    private void Words(params ReadOnlySpan<uint> words)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var word in words)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
            _types.AddRange(bytes);
        }
    }

    private byte[] Assemble()
    {
        var bytes = new byte[Header + _types.Count + _texts.Count];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, 0x0001_EB9F);
        ReadOnlySpan<int> numbers = [Header, 0, _types.Count, _types.Count, _texts.Count];
        for (var i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 + 4 * i), numbers[i]);
        _types.CopyTo(bytes, Header);
        _texts.CopyTo(bytes, Header + _types.Count);
        return bytes;
    }
}
