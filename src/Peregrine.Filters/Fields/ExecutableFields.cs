using Peregrine.Events;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class process on the executable file.</summary>
internal static class ExecutableFields
{
    public static readonly Field[] All =
    [
        Declare.Flag("proc.is_exe_writable", "Process Executable Is Writable", Process, "True when the user that runs the program may write to its file.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.ExeWritable)),
        Declare.Flag("proc.is_exe_upper_layer", "Process Executable Is In Upper Layer", Process,
            "True when the file lies in the upper layer of an overlay file system: it came into the container after its image was made.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.ExeUpperLayer)),
        Declare.Flag("proc.is_exe_lower_layer", "Process Executable Is In Lower Layer", Process, "True when the file lies in the lower layer of an overlay file system: it is part of the image.",
            static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.ExeLowerLayer)),
        Declare.Flag("proc.is_exe_from_memfd", "Process Executable Is Stored In Memfd", Process, "True when the program was run from a file that exists in memory only (memfd_create).",
            static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.ExeFromMemfd)),
        Declare.Amount("proc.exe_ino", ParamType.Int64, "Inode number of executable file on disk", Process, "Inode number of the executable.", static (ref c, _, ref v) => c.Thread is { ExeInode: not 0 } t && v.Set(t.ExeInode)),
        Declare.Amount("proc.exe_ino.ctime", ParamType.Abstime, "Last status change time (ctime) of executable file", Process, "When the executable's inode was last changed, in nanoseconds since the epoch.",
            static (ref c, _, ref v) => c.Thread is { ExeInodeCtime: not 0 } t && v.Set(t.ExeInodeCtime)),
        Declare.Amount("proc.exe_ino.mtime", ParamType.Abstime, "Last modification time (mtime) of executable file", Process, "When the executable's content was last changed, in nanoseconds since the epoch.",
            static (ref c, _, ref v) => c.Thread is { ExeInodeMtime: not 0 } t && v.Set(t.ExeInodeMtime)),
        Declare.Amount("proc.exe_ino.ctime_duration_proc_start", ParamType.Abstime, "Number of nanoseconds between ctime exe file and proc clone ts", Process,
            "Nanoseconds from the last change of the executable's inode to the start of the process; no value when the file is the younger.",
            static (ref c, _, ref v) => c.Thread is { ExeInodeCtime: not 0 } t && t.CloneTime > t.ExeInodeCtime && v.Set(t.CloneTime - t.ExeInodeCtime)),
        Declare.Amount("proc.exe_ino.ctime_duration_pidns_start", ParamType.Abstime, "Number of nanoseconds between pidns start ts and ctime exe file", Process,
            "Nanoseconds from the start of the pid namespace to the last change of the executable's inode; no value when the file is the elder.",
            static (ref c, _, ref v) => c.Thread is { PidNamespaceStart: not 0 } t && t.ExeInodeCtime > t.PidNamespaceStart && v.Set(t.ExeInodeCtime - t.PidNamespaceStart)),
        Declare.Amount("proc.pidns_init_start_ts", ParamType.Uint64, "Start ts of pid namespace", Process, "When the first process of the pid namespace was started, in nanoseconds since the epoch.",
            static (ref c, _, ref v) => c.Thread is { PidNamespaceStart: not 0 } t && v.Set(t.PidNamespaceStart)),
        Declare.Text("thread.cap_permitted", "Permitted capabilities", Process, "The capabilities that the thread may use, by name.", static (ref c, _, ref v) => c.Thread is { } t && CapabilityNames.Set(ref v, t.CapPermitted)),
        Declare.Text("thread.cap_inheritable", "Inheritable capabilities", Process, "The capabilities that the thread may hand on to a program it executes, by name.", static (ref c, _, ref v) => c.Thread is { } t && CapabilityNames.Set(ref v, t.CapInheritable)),
        Declare.Text("thread.cap_effective", "Effective capabilities", Process, "The capabilities that the thread uses, by name.", static (ref c, _, ref v) => c.Thread is { } t && CapabilityNames.Set(ref v, t.CapEffective)),
    ];
}
