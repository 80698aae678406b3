using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Peregrine.UnitTests.Kernel.Proc;

/// <summary>A process that a test starts and that ends with it.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static Child Start(string program, params string[] arguments)
        => new(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!);

    public void Stop()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Stop();
        _process.Dispose();
    }
}

/// <summary>A folder that is gone when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("peregrine-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>An anonymous file in memory.</summary>
internal sealed partial class Memfd(string name) : IDisposable
{
    private readonly FileStream _stream = new(new Microsoft.Win32.SafeHandles.SafeFileHandle(Create(name, 0), ownsHandle: true), FileAccess.ReadWrite);

    public nint Fd => _stream.SafeFileHandle.DangerousGetHandle();

    public void Write(byte[] bytes)
    {
        _stream.Write(bytes);
        _stream.Flush();
    }

    public void Dispose() => _stream.Dispose();

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Create(string name, uint flags);
}
