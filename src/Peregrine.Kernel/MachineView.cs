using System.Runtime.InteropServices;
using Peregrine.Kernel.Interop;

namespace Peregrine.Kernel;

/// <summary>Where the report on features looks: this machine and this process, or what a test says of one.</summary>
public sealed record MachineView
{
    /// <summary>The kernel's type information (BTF), below <see cref="Root"/>.</summary>
    internal const string TypeInformation = "sys/kernel/btf/vmlinux";

    private const int RingBufferMap = 27;

    /// <summary>The folder that holds <c>sys</c> and <c>proc/sys</c>.</summary>
    public string Root { get; init; } = "/";

    /// <summary>The text of <c>/proc/self/status</c>.</summary>
    public string Status { get; init; } = Text("/proc/self/status");

    /// <summary>The kernel's version.</summary>
    public Version Kernel { get; init; } = Environment.OSVersion.Version;

    /// <summary>Whether the library that loads the probe is there.</summary>
    public bool HasLibbpf { get; init; } = NativeLibrary.TryLoad(Libbpf.Library, typeof(MachineView).Assembly, null, out _);

    /// <summary>Asks the kernel for a small ring buffer: 0, or the error number.</summary>
    public Func<int> MakeRing { get; init; } = static () =>
    {
        var fd = Libbpf.MapCreate(RingBufferMap, "pg_check", 0, 0, (uint)Environment.SystemPageSize, 0);
        if (fd < 0) return -fd;
        _ = Libc.Close(fd);
        return 0;
    };

    /// <summary>Sockets of container engines that are there.</summary>
    public IReadOnlyList<string> Engines { get; init; } = [];

    internal string Read(string path) => Text(Path.Combine(Root, path));

    /// <summary>The kernel's type information, as one text to look for names in.</summary>
    internal TypeNames Types() => TypeNames.Read(Path.Combine(Root, TypeInformation));

    internal bool Has(string path) => Path.Exists(Path.Combine(Root, path));

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
