using System.Runtime.InteropServices;
using static Peregrine.Kernel.Interop.Privileged;

namespace Peregrine.Kernel.Privileges;

/// <summary>
/// The seccomp filter, a program of classic BPF over <c>struct seccomp_data</c>: forbidden calls fail with EPERM, numbers of the future and other calling conventions (i386, x32) with ENOSYS, clones that ask
/// for namespaces with EPERM; clone3, whose flags a filter cannot see, with ENOSYS, upon which C libraries take clone. Everything else goes on, and the kernel remembers that per number.
/// </summary>
internal static class SyscallFilter
{
    private const ushort Load = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfBits = 0x45;
    private const ushort Return = 0x06;

    private const uint NumberAt = 0;
    private const uint ArchitectureAt = 4;
    private const uint FirstArgumentAt = 16;

    private const uint Allow = 0x7fff0000;
    private const uint Fail = 0x00050000;
    private const uint Eperm = 1;
    private const uint Enosys = 38;

    private const uint X64 = 0xc000003e;
    private const uint Arm64 = 0xc00000b7;
    private const int Clone3 = 435;

    /// <summary>CLONE_NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET; CLONE_NEWNS and, where it can be told, CLONE_NEWTIME.</summary>
    private const uint NewNamespaces = 0x7e020000;

    /// <summary>The program for a processor; empty for one that it was not written for.</summary>
    public static FilterInstruction[] Build(Architecture architecture)
    {
        if (architecture is not (Architecture.X64 or Architecture.Arm64)) return [];
        var numbers = new List<int>();
        foreach (var syscall in ForbiddenSyscalls.All)
            if (syscall.Number(architecture) is var number and >= 0) numbers.Add(number);
        var clone = architecture == Architecture.X64 ? 56u : 220u;
        var count = numbers.Count;
        // Behind the comparisons stand: allow, EPERM, ENOSYS, and the look at clone's flags. Jumps count from the instruction behind.
        var program = new List<FilterInstruction>(count + 16);
        var allow = 6 + count;
        var (forbid, unknown, flags) = (allow + 1, allow + 2, allow + 3);
        byte To(int target) => checked((byte)(target - program.Count - 1));
        program.Add(new(Load, 0, 0, ArchitectureAt));
        program.Add(new(JumpIfEqual, 0, To(unknown), architecture == Architecture.X64 ? X64 : Arm64));
        program.Add(new(Load, 0, 0, NumberAt));
        program.Add(new(JumpIfAtLeast, To(unknown), 0, ForbiddenSyscalls.FirstUnknown));
        program.Add(new(JumpIfEqual, To(flags), 0, clone));
        program.Add(new(JumpIfEqual, To(unknown), 0, Clone3));
        foreach (var number in numbers) program.Add(new(JumpIfEqual, To(forbid), 0, (uint)number));
        program.Add(new(Return, 0, 0, Allow));
        program.Add(new(Return, 0, 0, Fail | Eperm));
        program.Add(new(Return, 0, 0, Fail | Enosys));
        program.Add(new(Load, 0, 0, FirstArgumentAt));
        program.Add(new(JumpIfBits, 1, 0, NewNamespaces));
        program.Add(new(Return, 0, 0, Allow));
        program.Add(new(Return, 0, 0, Fail | Eperm));
        return [.. program];
    }

    /// <summary>Puts the filter on the calling thread and what it starts. Needs no-new-privileges. Whether there is one then, <c>/proc/self/status</c> tells.</summary>
    public static unsafe void Install()
    {
        var program = Build(RuntimeInformation.ProcessArchitecture);
        fixed (FilterInstruction* instructions = program)
        {
            var filter = new FilterProgram { Length = (ushort)program.Length, Instructions = instructions };
            if (program.Length > 0) _ = Control(SetSeccomp, SeccompModeFilter, (nuint)(&filter), 0, 0);
        }
    }
}
