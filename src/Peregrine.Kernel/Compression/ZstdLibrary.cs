using System.Runtime.InteropServices;

namespace Peregrine.Kernel.Compression;

/// <summary>The calls of libzstd that packing and unpacking need. Debian's package is libzstd1; where it is not installed, packed captures are refused, nothing else changes.</summary>
internal static partial class ZstdLibrary
{
    private const string Name = "libzstd.so.1";

    /// <summary><c>ZSTD_d_windowLogMax</c>.</summary>
    public const int WindowLogMax = 100;

    [LibraryImport(Name, EntryPoint = "ZSTD_createDStream")]
    public static partial nint CreateDStream();

    [LibraryImport(Name, EntryPoint = "ZSTD_freeDStream")]
    public static partial nuint FreeDStream(nint stream);

    [LibraryImport(Name, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint SetParameter(nint stream, int parameter, int value);

    [LibraryImport(Name, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint DecompressStream(nint stream, ref ZstdBuffer output, ref ZstdBuffer input);

    /// <summary><c>ZSTD_c_compressionLevel</c>.</summary>
    public const int CompressionLevel = 100;

    /// <summary><c>ZSTD_c_checksumFlag</c>.</summary>
    public const int ChecksumFlag = 201;

    /// <summary><c>ZSTD_e_continue</c>, <c>ZSTD_e_flush</c>, <c>ZSTD_e_end</c>.</summary>
    public const int Continue = 0;

    public const int Flush = 1;

    public const int End = 2;

    [LibraryImport(Name, EntryPoint = "ZSTD_createCCtx")]
    public static partial nint CreateCompressor();

    [LibraryImport(Name, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint FreeCompressor(nint context);

    [LibraryImport(Name, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint SetCompressorParameter(nint context, int parameter, int value);

    [LibraryImport(Name, EntryPoint = "ZSTD_compressStream2")]
    public static partial nuint CompressStream(nint context, ref ZstdBuffer output, ref ZstdBuffer input, int operation);

    [LibraryImport(Name, EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint code);

    [LibraryImport(Name, EntryPoint = "ZSTD_getErrorName")]
    public static partial nint ErrorName(nuint code);

    /// <summary>The code itself when it is no error.</summary>
    public static nuint Check(nuint code) => IsError(code) == 0 ? code : throw new InvalidDataException("zstd: " + Marshal.PtrToStringUTF8(ErrorName(code)));
}

/// <summary><c>ZSTD_inBuffer</c> and <c>ZSTD_outBuffer</c>, which are laid out alike.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ZstdBuffer
{
    public nint Data;
    public nuint Size;
    public nuint Position;
}
