using Peregrine.Events;

namespace Peregrine.Kernel;

/// <summary>The class and rank of every event type, read from the schema once. Immutable.</summary>
public static class EventClasses
{
    /// <summary>How many classes there are.</summary>
    public const int Count = (int)EventClass.Other + 1;

    private static readonly string[] Opens = ["open", "openat", "openat2", "creat", "open_by_handle_at"];
    private static readonly string[] Clones = ["clone", "clone3", "fork", "vfork"];

    private static readonly string[] DirFiles =
    [
        "dup", "dup2", "dup3", "chmod", "fchmod", "fchmodat", "chown", "lchown", "fchown", "fchownat", "link", "linkat", "mkdir", "mkdirat", "mount", "umount", "umount2",
        "rename", "renameat", "renameat2", "rmdir", "symlink", "symlinkat", "unlink", "unlinkat",
    ];

    private static readonly string[] Interesting = ["bpf", "setpgid", "ptrace", "seccomp", "setns", "setresgid", "setresuid", "setsid", "unshare", "capset"];

    /// <summary>In a category of more weight, but called in floods and changing nothing.</summary>
    private static readonly string[] Floods = ["syscall", "semop", "semctl", "semget", "getrlimit", "lseek", "llseek", "getcwd"];

    private static readonly EventClass[] Classes = Build(Classify);
    private static readonly EventRank[] Ranks = Build(Weigh);

    /// <summary>Whether the loss of such an event can leave something wrong in what is remembered of processes and descriptors.</summary>
    public static bool ChangesState(EventClass of) => of is not (EventClass.ReadWrite or EventClass.Routine);

    public static EventClass Class(EventType type) => (int)type < Classes.Length ? Classes[(int)type] : EventClass.Other;

    public static EventRank Rank(EventType type) => (int)type < Ranks.Length ? Ranks[(int)type] : EventRank.Bulk;

    private static T[] Build<T>(Func<EventInfo, T> of)
    {
        var table = new T[EventSchema.Count];
        for (var i = 0; i < table.Length; i++) table[i] = of(EventSchema.Get((EventType)i));
        return table;
    }

    private static EventClass Classify(EventInfo info) => info.Name switch
    {
        "procexit" => EventClass.ProcExit,
        "execve" or "execveat" => EventClass.Execve,
        "connect" => EventClass.Connect,
        "close" => EventClass.Close,
        var name when Clones.Contains(name) => EventClass.CloneFork,
        var name when Opens.Contains(name) => EventClass.Open,
        var name when DirFiles.Contains(name) => EventClass.DirFile,
        var name when Interesting.Contains(name) => EventClass.OtherInterest,
        _ when Kind(info) is EventCategory.IoRead or EventCategory.IoWrite => EventClass.ReadWrite,
        _ => Weigh(info) == EventRank.Bulk ? EventClass.Routine : EventClass.Other,
    };

    private static EventRank Weigh(EventInfo info)
    {
        var changes = info.Has(EventFlags.ModifiesState);
        if (!changes && Floods.Contains(info.Name)) return EventRank.Bulk;
        return Kind(info) switch
        {
            EventCategory.Process or EventCategory.Other or EventCategory.System => EventRank.Process,
            EventCategory.User => changes ? EventRank.Process : EventRank.Bulk,
            EventCategory.File => info.Name is "chdir" or "fchdir" or "mount" or "umount" or "umount2" ? EventRank.Process : EventRank.File,
            EventCategory.Net => EventRank.File,
            // What names a socket by the way (sendto, recvmsg) comes in the same floods as read and write.
            EventCategory.IoRead or EventCategory.IoWrite => EventRank.Bulk,
            _ => changes ? EventRank.File : EventRank.Bulk,
        };
    }

    /// <summary>A category's low bits: what the event is about, without its origin.</summary>
    private static EventCategory Kind(EventInfo info) => (EventCategory)((ushort)info.Category & 0x3F);
}
