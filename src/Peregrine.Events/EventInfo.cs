using System.Text;

namespace Peregrine.Events;

/// <summary>What the schema says about one event code.</summary>
public sealed class EventInfo
{
    internal EventInfo(EventType type, string id, string name, EventCategory category, EventFlags flags, ParamInfo[] parameters)
    {
        (Type, Id, Name, Category, Flags, Params) = (type, id, name, category, flags, parameters);
        NameUtf8 = Encoding.UTF8.GetBytes(name);
    }

    public EventType Type { get; }

    /// <summary>The reference's name of the code, such as <c>PPME_SYSCALL_OPENAT_2_X</c>: unique.</summary>
    public string Id { get; }

    /// <summary>What <c>evt.type</c> prints, such as <c>openat</c>: shared by enter, exit and all versions.</summary>
    public string Name { get; }

    public byte[] NameUtf8 { get; }

    public EventCategory Category { get; }

    public EventFlags Flags { get; }

    public ParamInfo[] Params { get; }

    /// <summary>Enter events have even codes.</summary>
    public bool IsEnter => ((ushort)Type & 1) == 0;

    /// <summary>
    /// Whether people and rules get to see events of this code: not the layouts that only old recordings have, which are converted, nor the entries into calls, which only feed the state.
    /// </summary>
    public bool IsSurfaced => !Has(EventFlags.OldVersion) && !Has(EventFlags.Unused) && !(IsEnter && (Category & EventCategory.Syscall) != 0);

    public bool Has(EventFlags flag) => (Flags & flag) != 0;

    /// <summary>The position of the parameter with this name, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Params.Length; i++)
            if (Params[i].NameUtf8.AsSpan().SequenceEqual(name)) return i;
        return -1;
    }
}

/// <summary>One parameter of an event, or one variant of a dynamic parameter.</summary>
public sealed class ParamInfo
{
    internal ParamInfo(string name, ParamType type, PrintFormat format, FlagTable? flags, DynamicTable? variants, int dirFdParam)
    {
        (Name, Type, Format, Flags, Variants, DirFdParam) = (name, type, format, flags, variants, dirFdParam);
        NameUtf8 = Encoding.UTF8.GetBytes(name);
    }

    public string Name { get; }

    public byte[] NameUtf8 { get; }

    public ParamType Type { get; }

    public PrintFormat Format { get; }

    /// <summary>The symbols of a flags or enumeration parameter.</summary>
    public FlagTable? Flags { get; }

    /// <summary>The variants of a <see cref="ParamType.Dyn"/> parameter, by the index in its first byte.</summary>
    public DynamicTable? Variants { get; }

    /// <summary>For <see cref="ParamType.Fsrelpath"/>: the position of the directory descriptor that the path is relative to; otherwise -1.</summary>
    public int DirFdParam { get; }
}

/// <summary>A named table of flag symbols, in printing order.</summary>
public sealed class FlagTable
{
    internal FlagTable(string name, FlagSymbol[] symbols) => (Name, Symbols) = (name, symbols);

    public string Name { get; }

    public FlagSymbol[] Symbols { get; }
}

/// <summary>One flag: its symbol and its value.</summary>
public readonly record struct FlagSymbol(byte[] Utf8, uint Value);

/// <summary>The variants of a dynamic parameter, by index.</summary>
public sealed class DynamicTable
{
    internal DynamicTable(string name, ParamInfo[] variants) => (Name, Variants) = (name, variants);

    public string Name { get; }

    public ParamInfo[] Variants { get; }
}

/// <summary>One syscall code: its name, the events that report it, its x86-64 number (-1 where it has none).</summary>
public sealed record SyscallInfo(SyscallCode Code, string Id, string Name, byte[] NameUtf8, int NativeX64, EventType[] Events);

/// <summary>One row of the x86-64 syscall table. <paramref name="Exit"/> is <see cref="EventType.GenericX"/> for syscalls without an event of their own.</summary>
public readonly record struct SyscallSlot(int Number, uint Flags, EventType Exit, SyscallCode Code);

/// <summary>Sizes of a parameter type in bytes: the least, and the most with 16-bit and 32-bit lengths.</summary>
public readonly record struct TypeLength(uint Min, uint Max16, uint Max32);
