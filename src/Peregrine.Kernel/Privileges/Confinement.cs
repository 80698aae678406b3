using System.Runtime.InteropServices;
using static Peregrine.Kernel.Interop.Privileged;

namespace Peregrine.Kernel.Privileges;

/// <summary>
/// Gives up what is not needed, for good. The kernel keeps capabilities and filters per thread, and a runtime has made threads of its own before any code of ours runs; so the calling thread gives up its rights and
/// starts the program anew in its place: an exec ends all other threads, keeps the process's id and the descriptors that are meant for it, and every thread that comes later inherits what is left.
/// </summary>
public static class Confinement
{
    private const int GetSecureBits = 27;
    private const int SecureNoRoot = 1;

    /// <summary>What this process may do, of <c>/proc/self/status</c>: the permitted set.</summary>
    public static CapabilitySet Permitted => CapabilitySet.Parse(File.ReadAllText("/proc/self/status"), "CapPrm") ?? CapabilitySet.Empty;

    /// <summary>
    /// Reduces the calling thread's capabilities (bounding set included, where that is allowed) to the given ones, sets no-new-privileges and the system-call filter, where the kernel has such. Only
    /// <see cref="StartAnew"/> makes it hold for the whole process.
    /// </summary>
    /// <exception cref="KernelException">The rights could not be given up.</exception>
    public static void Enter(CapabilitySet keep)
    {
        keep = keep.And(Permitted);
        for (var number = 0; number < CapabilitySet.Limit; number++)
            if (!keep.Has((Capability)number)) _ = Control(DropFromBounding, (nuint)number, 0, 0, 0);
        // A user other than root keeps capabilities over an exec in the ambient set alone; root has what it had, but no more, because of no-new-privileges.
        var ambient = !Environment.IsPrivilegedProcess || (Control(GetSecureBits, 0, 0, 0, 0) & SecureNoRoot) != 0;
        _ = Control(Ambient, AmbientClearAll, 0, 0, 0);
        SetCapabilities(keep, inheritable: ambient ? keep : CapabilitySet.Empty);
        for (var number = 0; ambient && number < CapabilitySet.Limit; number++)
            if (keep.Has((Capability)number) && Control(Ambient, AmbientRaise, (nuint)number, 0, 0) != 0) throw new KernelException($"cannot keep {CapabilitySet.Name((Capability)number)} ({Marshal.GetLastPInvokeErrorMessage()})");
        if (Control(SetNoNewPrivileges, 1, 0, 0, 0) != 0) throw new KernelException($"cannot set no-new-privileges ({Marshal.GetLastPInvokeErrorMessage()})");
        SyscallFilter.Install();
    }

    /// <summary>Lets a descriptor be there after an exec, or not.</summary>
    public static void SetInherited(int fd, bool inherited) => _ = FileControl(fd, SetFdFlags, inherited ? 0 : CloseOnExec);

    /// <summary>Starts this program in its own place, with the same arguments and one more variable in its environment. Returns only by throwing.</summary>
    /// <exception cref="KernelException">The program's file is gone or cannot be started.</exception>
    public static unsafe void StartAnew(string variable, string value)
    {
        using var own = new OwnCommandLine();
        if (SetVariable(variable, value, 1) != 0) throw new KernelException($"cannot hand over to {own.Path} ({Marshal.GetLastPInvokeErrorMessage()})");
        _ = Execute(own.Path, own.Arguments);
        throw new KernelException($"cannot start {own.Path} anew with fewer privileges ({Marshal.GetLastPInvokeErrorMessage()})");
    }

    /// <summary>Takes a variable out of the environment, so that programs which are started from here do not get it. Its value; null when there is none.</summary>
    public static string? TakeVariable(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        if (value is null) return null;
        Environment.SetEnvironmentVariable(variable, null);
        _ = UnsetVariable(variable);
        return value;
    }

    private static unsafe void SetCapabilities(CapabilitySet permitted, CapabilitySet inheritable)
    {
        var header = new CapabilityHeader { Version = CapabilityVersion };
        var words = stackalloc CapabilityWord[2];
        for (var half = 0; half < 2; half++)
        {
            var bits = (uint)(permitted.Bits >> (32 * half));
            words[half] = new CapabilityWord { Effective = bits, Permitted = bits, Inheritable = (uint)(inheritable.Bits >> (32 * half)) };
        }
        if (Interop.Privileged.SetCapabilities(&header, words) != 0) throw new KernelException($"cannot give up capabilities ({Marshal.GetLastPInvokeErrorMessage()})");
    }
}
