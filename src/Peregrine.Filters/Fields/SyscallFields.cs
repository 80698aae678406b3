namespace Peregrine.Filters.Fields;

/// <summary>The fields of system calls and of events in general, by class in the order in which a name is looked up.</summary>
public static class SyscallFields
{
    private static readonly string[] Syscall = ["syscall"];

    /// <summary>Fields that events of every source have.</summary>
    public static FieldClass Generic { get; } = FieldClass.Of("evt", "All event types", "Facts that every event has, whatever it came from.", [], EventFields.All);

    public static IReadOnlyList<FieldClass> Classes { get; } =
    [
        Generic,
        FieldClass.Of("evt", "Syscall events only", "What a system call or kernel event was, its arguments and its result.", Syscall,
            SyscallEventFields.All, EventArgumentFields.All, EventResultFields.All, EventIoFields.All, OpenFields.All, DeprecatedEventFields.All),
        FieldClass.Of("process", "", "The process and thread that caused the event, their ancestors, session and executable.", Syscall,
            ProcessFields.All, ProcessAncestorFields.All, ProcessIdFields.All, ExecutableFields.All, ProcessResourceFields.All, ThreadFields.All, StandardStreamFields.All),
        FieldClass.Of("user", "", "The user that the process runs as, and the one who logged in.", Syscall, UserFields.All),
        FieldClass.Of("group", "", "The group that the process runs as.", Syscall, GroupFields.All),
        FieldClass.Of("fd", "", "The file descriptor that the event uses or makes: files, sockets, pipes and the rest.", Syscall, FdFields.All, SocketFields.All, SocketNameFields.All),
        FieldClass.Of("fs.path", "", "The paths that a call on the file system names, whether or not it opens a descriptor.", Syscall, FsPathFields.All),
        FieldClass.Of("util", "", "Odds and ends.", Syscall, UtilityFields.All) with { IsHidden = true },
        FieldClass.Of("fdlist", "", "The descriptors that poll and its kin wait for.", Syscall, FdListFields.All),
    ];

    /// <summary>The fields of all classes, in order.</summary>
    public static IReadOnlyList<Field> All { get; } = [.. Classes.SelectMany(c => c.Fields)];
}
