using System.Buffers.Binary;
using System.Text;
using Peregrine.Kernel;
using Peregrine.Kernel.Types;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>The part of the kernel's types that the probe is fitted by.</summary>
public sealed class TypeExcerptTests
{
    private const string Types = "/sys/kernel/btf/vmlinux";

    [Fact]
    public void Structures_keep_size_members_and_places_with_all_that_lies_inside()
    {
        var whole = new TypeWriter();
        var number = whole.Add(TypeKind.Int, "int", 4, 32);
        var other = whole.AddStructure(TypeKind.Struct, "other", 4, ("away", number, 0));
        var pointer = whole.Add(TypeKind.Pointer, "", other);
        var inner = whole.AddStructure(TypeKind.Union, "inner", 8, ("low", number, 0), ("to_other", pointer, 0));
        var alias = whole.Add(TypeKind.Typedef, "inner_t", inner);
        _ = whole.AddStructure(TypeKind.Struct, "outer", 16, ("first", number, 0), ("second", alias, 64));
        var trace = whole.Add(TypeKind.Typedef, "btf_trace_here", pointer);
        var probe = new TypeWriter();
        _ = probe.AddStructure(TypeKind.Struct, "outer___v5", 0);

        var excerpt = TypeExcerpt.Make(whole.ToArray(), probe.ToArray(), ["btf_trace_here", "btf_trace_nowhere"]);

        Assert.Equal([trace, 0u], excerpt.Typedefs);
        Assert.Equal(["Struct outer 16: first=2@0 second=3@64", "Int int 4:", "Union inner 8: low=2@0 to_other=4@0", "Pointer  0:"], Describe(excerpt.Bytes));
    }

    [Fact]
    public void What_is_not_known_or_cut_short_is_refused()
    {
        var probe = new TypeWriter().ToArray();
        var strange = new TypeWriter();
        _ = strange.Add((TypeKind)31, "new", 0);
        Assert.Throws<FormatException>(() => TypeExcerpt.Make(strange.ToArray(), probe, []));
        Assert.Throws<FormatException>(() => TypeExcerpt.Make("something else altogether"u8, probe, []));
        var whole = new TypeWriter();
        _ = whole.AddStructure(TypeKind.Struct, "outer", 16, ("first", 1, 0));
        Assert.Throws<FormatException>(() => TypeExcerpt.Make(whole.ToArray().AsSpan(0, 30), probe, []));
    }

    [Fact]
    public void This_kernels_types_become_a_small_excerpt_with_every_tracepoint()
    {
        Assert.SkipUnless(File.Exists(Types), "this kernel has no type information");
        using var types = KernelTypes.Read(ProbeObject.Read(ProbeObject.Plain));
        Assert.NotNull(types);
        Assert.All(types.Tracepoints, number => Assert.NotEqual(0u, number));
        Assert.InRange(File.ReadAllBytes(types.Path).Length, 10_000, File.ReadAllBytes(Types).Length / 10);
    }

    private static List<string> Describe(byte[] bytes)
    {
        var table = new TypeTable(bytes);
        var described = new List<string>();
        for (var at = TypeTable.First; at < table.Length; at = table.Next(at))
        {
            var text = new StringBuilder($"{table.Kind(at)} {Encoding.ASCII.GetString(table.Text(table.Name(at)))} {(table.Kind(at) == TypeKind.Pointer ? 0 : table.Target(at))}:");
            if (table.Kind(at) is TypeKind.Struct or TypeKind.Union)
            {
                var members = table.Bytes(at)[12..];
                for (; members.Length > 0; members = members[12..])
                    text.Append($" {Encoding.ASCII.GetString(table.Text(BinaryPrimitives.ReadInt32LittleEndian(members)))}={BinaryPrimitives.ReadInt32LittleEndian(members[4..])}@{BinaryPrimitives.ReadInt32LittleEndian(members[8..])}");
            }
            described.Add(text.ToString());
        }
        return described;
    }

    /// <summary>Writes types as the kernel does.</summary>
    private sealed class TypeWriter
    {
        private readonly List<uint> _words = [];
        private readonly List<byte> _texts = [0];
        private uint _count;

        public uint Add(TypeKind kind, string name, uint sizeOrType, params uint[] more) => Add(kind, name, sizeOrType, 0, more);

        public uint AddStructure(TypeKind kind, string name, uint size, params (string Name, uint Type, uint At)[] members) =>
            Add(kind, name, size, (uint)members.Length, [.. members.SelectMany(m => (uint[])[Text(m.Name), m.Type, m.At])]);

        public byte[] ToArray()
        {
            uint[] words = [0x0001_EB9F, 24, 0, (uint)_words.Count * 4, (uint)_words.Count * 4, (uint)_texts.Count, .. _words];
            return [.. words.SelectMany(BitConverter.GetBytes), .. _texts];
        }

        private uint Add(TypeKind kind, string name, uint sizeOrType, uint members, uint[] more)
        {
            _words.AddRange([Text(name), (uint)kind << 24 | members, sizeOrType, .. more]);
            return ++_count;
        }

        private uint Text(string text)
        {
            if (text.Length == 0) return 0;
            var at = (uint)_texts.Count;
            _texts.AddRange(Encoding.ASCII.GetBytes(text + '\0'));
            return at;
        }
    }
}
