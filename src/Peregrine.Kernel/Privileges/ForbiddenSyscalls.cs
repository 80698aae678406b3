using System.Runtime.InteropServices;

namespace Peregrine.Kernel.Privileges;

/// <summary>One system call that the sensor and what it starts never make.</summary>
/// <param name="Name">Of the call.</param>
/// <param name="X64">Its number on x86-64; -1 where it has none.</param>
/// <param name="Arm64">Its number on arm64; -1 where it has none.</param>
internal readonly record struct ForbiddenSyscall(string Name, int X64, int Arm64)
{
    public int Number(Architecture architecture) => architecture == Architecture.Arm64 ? Arm64 : X64;
}

/// <summary>
/// What the system-call filter forbids: the ways to change the kernel, other processes, the machine or the namespaces, and such interfaces as are known for what went wrong in them. A list of
/// what is allowed would break with the next C library, the next runtime or the next program that an administrator has alerts given to.
/// </summary>
internal static class ForbiddenSyscalls
{
    /// <summary>Numbers from here on did not exist when this was written: they are answered with ENOSYS, which programs know how to take.</summary>
    public const int FirstUnknown = 470;

    public static ReadOnlySpan<ForbiddenSyscall> All => Table;

    private static readonly ForbiddenSyscall[] Table =
    [
        // Other processes.
        new("ptrace", 101, 117), new("process_vm_readv", 310, 270), new("process_vm_writev", 311, 271), new("process_madvise", 440, 440), new("pidfd_getfd", 438, 438), new("kcmp", 312, 272),
        // The kernel itself.
        new("init_module", 175, 105), new("finit_module", 313, 273), new("delete_module", 176, 106), new("create_module", 174, -1), new("kexec_load", 246, 104), new("kexec_file_load", 320, 294),
        new("bpf", 321, 280), new("perf_event_open", 298, 241), new("userfaultfd", 323, 282), new("io_uring_setup", 425, 425), new("io_uring_enter", 426, 426), new("io_uring_register", 427, 427),
        new("syslog", 103, 116), new("lookup_dcookie", 212, 18), new("memfd_secret", 447, 447), new("fanotify_init", 300, 262), new("fanotify_mark", 301, 263),
        // The machine.
        new("reboot", 169, 142), new("swapon", 167, 224), new("swapoff", 168, 225), new("acct", 163, 89), new("settimeofday", 164, 170), new("clock_settime", 227, 112), new("clock_adjtime", 305, 266),
        new("adjtimex", 159, 171), new("sethostname", 170, 161), new("setdomainname", 171, 162), new("iopl", 172, -1), new("ioperm", 173, -1), new("modify_ldt", 154, -1), new("vhangup", 153, 58),
        new("quotactl", 179, 60), new("quotactl_fd", 443, 443), new("nfsservctl", 180, 42), new("uselib", 134, -1), new("ustat", 136, -1), new("sysfs", 139, -1), new("_sysctl", 156, -1),
        new("personality", 135, 92),
        // Mounts and namespaces; files by handle, which lead out of every mount.
        new("mount", 165, 40), new("umount2", 166, 39), new("pivot_root", 155, 41), new("chroot", 161, 51), new("open_tree", 428, 428), new("move_mount", 429, 429), new("fsopen", 430, 430),
        new("fsconfig", 431, 431), new("fsmount", 432, 432), new("fspick", 433, 433), new("mount_setattr", 442, 442), new("open_tree_attr", 467, 467), new("statmount", 457, 457),
        new("listmount", 458, 458), new("unshare", 272, 97), new("setns", 308, 268), new("open_by_handle_at", 304, 265), new("name_to_handle_at", 303, 264),
        // Keys.
        new("add_key", 248, 217), new("request_key", 249, 218), new("keyctl", 250, 219),
        // Memory of other processes, moved between nodes.
        new("migrate_pages", 256, 238), new("move_pages", 279, 239),
    ];
}
