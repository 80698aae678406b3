using System.Runtime.CompilerServices;
using System.Text;

namespace Peregrine.Events;

/// <summary>The event schema: every event code, parameter, flag table and syscall of <c>schema/events.json</c>. Immutable, read once from the generated blob.</summary>
public static class EventSchema
{
    // One object, made when the first table is asked for: what needs no table (counts, sizes) can be asked without looking whether it is there.
    private static readonly Tables Loaded = new(SchemaBlob.Text);

    /// <summary>The schema version that events follow, such as <c>4.5.1</c>.</summary>
    public static string Version => SchemaBlob.Version;

    public static ReadOnlySpan<EventInfo> Events => Loaded.Events;

    public static ReadOnlySpan<SyscallInfo> Syscalls => Loaded.Syscalls;

    /// <summary>Rows of the x86-64 syscall table, by ascending number, with gaps.</summary>
    public static ReadOnlySpan<SyscallSlot> SyscallTableX64 => Loaded.X64;

    public static IReadOnlyDictionary<string, FlagTable> FlagTables => Loaded.FlagTables;

    /// <summary>The number of event codes; codes at or above it are unknown.</summary>
    public static int Count => SchemaBlob.EventCount;

    public static EventInfo Get(EventType type) => Loaded.Events[(int)type];

    public static bool IsKnown(EventType type) => (uint)type < SchemaBlob.EventCount;

    public static SyscallInfo Get(SyscallCode code) => Loaded.Syscalls[(int)code];

    /// <summary>Looks an event up by its reference name (<c>PPME_SYSCALL_OPEN_X</c>).</summary>
    public static EventInfo? Find(string id) => Loaded.ById.GetValueOrDefault(id);

    /// <summary>Whether records of this type carry 32-bit parameter lengths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLarge(EventType type) => SchemaBlob.IsLarge(type);

    /// <summary>Whether events of this type make, use or close a descriptor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasDescriptor(EventType type)
    {
        var types = SchemaBlob.WithDescriptor;
        return (uint)type >> 3 < (uint)types.Length && (types[(int)type >> 3] >> ((int)type & 7) & 1) != 0;
    }

    public static TypeLength LengthOf(ParamType type) => Loaded.Lengths[(int)type];

    /// <summary>The tables, as the blob gives them.</summary>
    private sealed class Tables
    {
        public readonly EventInfo[] Events;
        public readonly SyscallInfo[] Syscalls;
        public readonly SyscallSlot[] X64;
        public readonly TypeLength[] Lengths;
        public readonly Dictionary<string, EventInfo> ById = new(StringComparer.Ordinal);
        public readonly Dictionary<string, FlagTable> FlagTables;

        public Tables(ReadOnlySpan<byte> blob)
        {
            var reader = new BlobReader();
            reader.Read(blob);
            (Events, Syscalls, X64, Lengths, FlagTables) = ([.. reader.Events], [.. reader.Syscalls], [.. reader.X64], reader.Lengths, reader.FlagTables);
            foreach (var e in Events) ById[e.Id] = e;
        }
    }

    /// <summary>Reads the blob: one item a line, cells separated by tabs, the first cell telling the kind.</summary>
    private sealed class BlobReader
    {
        public readonly List<EventInfo> Events = [];
        public readonly List<SyscallInfo> Syscalls = [];
        public readonly List<SyscallSlot> X64 = [];
        public readonly TypeLength[] Lengths = new TypeLength[64];
        public readonly Dictionary<string, FlagTable> FlagTables = new(StringComparer.Ordinal);
        private readonly Dictionary<string, DynamicTable> _dynamic = new(StringComparer.Ordinal);
        private readonly List<ParamInfo> _params = [];
        private readonly List<FlagSymbol> _symbols = [];
        private Action? _finish;

        public void Read(ReadOnlySpan<byte> text)
        {
            while (!text.IsEmpty)
            {
                var end = text.IndexOf((byte)'\n');
                if (end < 0) end = text.Length;
                Item(Cells(text[..end]));
                text = text[Math.Min(end + 1, text.Length)..];
            }
            Finish();
        }

        private void Item(string[] c)
        {
            switch (c[0])
            {
                case "L":
                    Lengths[Int(c[1])] = new(Uint(c[2]), Uint(c[3]), Uint(c[4]));
                    break;
                case "F":
                    Start(() => FlagTables[c[1]] = new(c[1], [.. _symbols]));
                    break;
                case "f":
                    _symbols.Add(new(Encoding.UTF8.GetBytes(c[1]), unchecked((uint)long.Parse(c[2]))));
                    break;
                case "D":
                    Start(() => _dynamic[c[1]] = new(c[1], [.. _params]));
                    break;
                case "d":
                    _params.Add(new(c[1], (ParamType)Int(c[2]), (PrintFormat)Int(c[3]), null, null, -1));
                    break;
                case "E":
                    Start(() => Events.Add(new((EventType)Int(c[1]), c[2], c[3], (EventCategory)Int(c[4]), (EventFlags)Int(c[5]), [.. _params])));
                    break;
                case "P":
                    _params.Add(new(c[1], (ParamType)Int(c[2]), (PrintFormat)Int(c[3]),
                        FlagTables.GetValueOrDefault(c[4]), _dynamic.GetValueOrDefault(c[4]), c[5].Length == 0 ? -1 : Int(c[5])));
                    break;
                case "S":
                    Finish();
                    Syscalls.Add(new((SyscallCode)Int(c[1]), c[2], c[3], Encoding.UTF8.GetBytes(c[3]), Int(c[4]),
                        c[5].Length == 0 ? [] : [.. c[5].Split(',').Select(n => (EventType)Int(n))]));
                    break;
                case "X":
                    var exit = (EventType)Int(c[4]);
                    X64.Add(new(Int(c[1]), Uint(c[2]), exit == EventType.GenericE ? EventType.GenericX : exit, (SyscallCode)Int(c[5])));
                    break;
            }
        }

        private void Start(Action finish)
        {
            Finish();
            _finish = finish;
        }

        private void Finish()
        {
            _finish?.Invoke();
            _finish = null;
            _params.Clear();
            _symbols.Clear();
        }

        private static string[] Cells(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line).Split('\t');

        private static int Int(string cell) => int.Parse(cell);

        private static uint Uint(string cell) => uint.Parse(cell);
    }
}
