using System.Runtime.InteropServices;

namespace Peregrine.Kernel.Interop;

/// <summary>The functions of libbpf (1.0 and newer) that loading and attaching need. Negative results are errno numbers.</summary>
internal static partial class Libbpf
{
    internal const string Library = "libbpf.so.1";

    /// <summary>The beginning of <c>struct bpf_object_open_opts</c>, on 64 bits.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 56)]
    internal struct OpenOptions
    {
        [FieldOffset(0)] public nuint Size;
        [FieldOffset(8)] public nint Name;
        [FieldOffset(48)] public nint TypesPath;
    }

    /// <summary><c>struct bpf_map_create_opts</c> of libbpf 1.0, on 64 bits.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 48)]
    internal struct MapOptions
    {
        [FieldOffset(0)] public nuint Size;
        [FieldOffset(24)] public int InnerMap;
        [FieldOffset(28)] public uint Flags;
    }

    /// <summary><c>struct libbpf_prog_handler_opts</c>, on 64 bits.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    internal unsafe struct HandlerOptions
    {
        [FieldOffset(0)] public nuint Size;
        [FieldOffset(8)] public nint Cookie;
        [FieldOffset(24)] public delegate* unmanaged[Cdecl]<nint, LoadOptions*, nint, int> PrepareLoad;
    }

    /// <summary>The beginning of <c>struct bpf_prog_load_opts</c>, on 64 bits.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    internal struct LoadOptions
    {
        [FieldOffset(32)] public uint AttachType;
    }

    [LibraryImport(Library, EntryPoint = "libbpf_register_prog_handler", StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int RegisterHandler(string section, int programType, int attachType, HandlerOptions* options);

    [LibraryImport(Library, EntryPoint = "bpf_program__set_type")]
    internal static partial int SetType(nint program, int type);

    [LibraryImport(Library, EntryPoint = "libbpf_set_print")]
    internal static unsafe partial nint SetPrint(delegate* unmanaged[Cdecl]<int, byte*, nint, int> print);

    [LibraryImport(Library, EntryPoint = "bpf_object__open_mem", SetLastError = true)]
    internal static unsafe partial nint ObjectOpen(byte* bytes, nuint size, nint options);

    [LibraryImport(Library, EntryPoint = "bpf_object__load")]
    internal static partial int ObjectLoad(nint handle);

    [LibraryImport(Library, EntryPoint = "bpf_object__close")]
    internal static partial void ObjectClose(nint handle);

    [LibraryImport(Library, EntryPoint = "bpf_object__next_program")]
    internal static partial nint NextProgram(nint handle, nint previous);

    [LibraryImport(Library, EntryPoint = "bpf_program__name")]
    internal static partial nint ProgramName(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_program__insn_cnt")]
    internal static partial nuint InstructionCount(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_program__set_autoload")]
    internal static partial int SetLoaded(nint program, [MarshalAs(UnmanagedType.U1)] bool loaded);

    [LibraryImport(Library, EntryPoint = "bpf_program__fd")]
    internal static partial int ProgramFd(nint program);

    /// <summary>A program that was loaded for its tracepoint needs no name.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_raw_tracepoint_open")]
    internal static partial int Attach(nint name, int program);

    [LibraryImport(Library, EntryPoint = "bpf_object__next_map")]
    internal static partial nint NextMap(nint handle, nint previous);

    [LibraryImport(Library, EntryPoint = "bpf_object__find_map_by_name", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial nint FindMap(nint handle, string name);

    [LibraryImport(Library, EntryPoint = "bpf_map__name")]
    internal static partial nint MapName(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__type")]
    internal static partial int MapType(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__key_size")]
    internal static partial uint MapKeySize(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__max_entries")]
    internal static partial uint MapMaxEntries(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__map_flags")]
    internal static partial uint MapFlags(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__reuse_fd")]
    internal static partial int ReuseMap(nint map, int fd);

    [LibraryImport(Library, EntryPoint = "bpf_map_freeze")]
    internal static partial int FreezeMap(int fd);

    [LibraryImport(Library, EntryPoint = "bpf_map__value_size")]
    internal static partial uint MapValueSize(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__set_max_entries")]
    internal static partial int SetMaxEntries(nint map, uint entries);

    [LibraryImport(Library, EntryPoint = "bpf_map__initial_value")]
    internal static unsafe partial byte* InitialValue(nint map, out nuint size);

    [LibraryImport(Library, EntryPoint = "bpf_map_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MapCreate(int type, string name, uint keySize, uint valueSize, uint entries, nint options);

    [LibraryImport(Library, EntryPoint = "bpf_obj_get_info_by_fd")]
    internal static unsafe partial int GetInfo(int fd, void* info, uint* size);

    [LibraryImport(Library, EntryPoint = "bpf_map_update_elem")]
    internal static unsafe partial int MapUpdate(int fd, void* key, void* value, ulong flags);
}
