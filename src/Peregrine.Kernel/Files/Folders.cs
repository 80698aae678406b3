using System.Runtime.InteropServices;
using Peregrine.Kernel.Interop;
using Peregrine.Kernel.Proc.Native;

namespace Peregrine.Kernel.Files;

/// <summary>What .NET does not do with folders.</summary>
public static class Folders
{
    /// <summary>Has the disk keep which files are in a folder.</summary>
    /// <exception cref="IOException">It could not.</exception>
    public static void Sync(string path)
    {
        var folder = Pipes.Open(path, LibC.ReadOnly | LibC.CloseOnExec);
        if (folder < 0) throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        var synced = Appending.Sync(folder) == 0;
        var reason = synced ? "" : Marshal.GetLastPInvokeErrorMessage();
        _ = Libc.Close(folder);
        if (!synced) throw new IOException(reason);
    }
}
