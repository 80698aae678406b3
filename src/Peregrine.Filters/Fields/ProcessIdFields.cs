using Peregrine.Events;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class process on ids: process, parent, session and process group, as the host and as the process's own pid namespace see them.</summary>
internal static class ProcessIdFields
{
    public static readonly Field[] All =
    [
        Declare.Id("proc.pid", ParamType.Int64, "Process ID", Process, "Process id.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.Pid)),
        Declare.Id("proc.ppid", ParamType.Int64, "Parent Process ID", Process, "Process id of the parent.", static (ref c, _, ref v) => Ancestry.Main(ref c) is { } m && c.State.Threads.Parent(m) is not null && v.Set(m.ParentTid)),
        Declare.Id("proc.vpid", ParamType.Int64, "Virtual Process ID", Process, "Process id in the process's own pid namespace.", static (ref c, _, ref v) => c.Thread is { VirtualPid: not -1 } t && v.Set(t.VirtualPid)),
        Declare.Id("proc.pvpid", ParamType.Int64, "Parent Virtual Process ID", Lineage, "The parent's process id in its own pid namespace.", static (ref c, _, ref v) => Ancestry.Parent(ref c) is { } p && v.Set(p.VirtualPid)),
        Declare.Id("proc.sid", ParamType.Int64, "Process Session ID", Process, "Id of the session.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.SessionId)),
        Declare.Text("proc.sname", "Process Session Name", Event, "Name of the session's leader.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(Session(ref c, t) is { } l ? l.Comm : default)),
        Declare.Text("proc.sid.exe", "Process Session First Argument", Event, "The first word of the command line of the session's leader.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(Session(ref c, t) is { } l ? l.Exe : default)),
        Declare.Text("proc.sid.exepath", "Process Session Executable Path", Event, "The path of the executable of the session's leader.",
            static (ref c, _, ref v) => c.Thread is { } t && v.Set(Session(ref c, t) is { } l ? l.ExePath : default)),
        Declare.Id("proc.vpgid", ParamType.Int64, "Process Virtual Group ID", Process, "Id of the process group in the process's own pid namespace.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.VirtualPgid)),
        Declare.Text("proc.vpgid.name", "Process Group Name", Event, "Name of the leader of the process group, found by the id in the process's own pid namespace.",
            static (ref c, _, ref v) => c.Thread is { } t && c.State.Threads.VirtualGroupLeader(t) is { } l && v.Set(l.Comm)),
        Declare.Text("proc.vpgid.exe", "Process Group First Argument", Event, "The first word of the command line of that leader.", static (ref c, _, ref v) => c.Thread is { } t && c.State.Threads.VirtualGroupLeader(t) is { } l && v.Set(l.Exe)),
        Declare.Text("proc.vpgid.exepath", "Process Group Executable Path", Event, "The path of that leader's executable.", static (ref c, _, ref v) => c.Thread is { } t && c.State.Threads.VirtualGroupLeader(t) is { } l && v.Set(l.ExePath)),
        Declare.Id("proc.pgid", ParamType.Int64, "Process Group ID", Process, "Id of the process group as the host sees it.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.Pgid)),
        Declare.Text("proc.pgid.name", "Process Group Name", Event, "Name of the leader of the process group, found by the id on the host.", static (ref c, _, ref v) => c.Thread is { } t && c.State.Threads.GroupLeader(t) is { } l && v.Set(l.Comm)),
        Declare.Text("proc.pgid.exe", "Process Group First Argument", Event, "The first word of the command line of that leader.", static (ref c, _, ref v) => c.Thread is { } t && c.State.Threads.GroupLeader(t) is { } l && v.Set(l.Exe)),
        Declare.Text("proc.pgid.exepath", "Process Group Executable Path", Event, "The path of that leader's executable.", static (ref c, _, ref v) => c.Thread is { } t && c.State.Threads.GroupLeader(t) is { } l && v.Set(l.ExePath)),
        Declare.Flag("proc.is_sid_leader", "Process Is Process Session Leader", Process, "True when the process leads its session.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.SessionId == t.VirtualPid)),
        Declare.Flag("proc.is_vpgid_leader", "Process Is Virtual Process Group Leader", Process, "True when the process leads its process group, by the ids of its own pid namespace.",
            static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.VirtualPgid == t.VirtualPid)),
        Declare.Flag("proc.is_pgid_leader", "Process Is Process Group Leader", Process, "True when the process leads its process group, by the ids of the host.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.Pgid == t.Pid)),
    ];

    /// <summary>
    /// The leader of the thread's session. When it has gone, or only its id inside a pid namespace is known, the eldest ancestor of the session stands for it;
    /// null when there is none either, whose texts are then empty.
    /// </summary>
    private static ThreadEntry? Session(ref EventContext context, ThreadEntry thread)
    {
        if (thread.SessionId < 0) return null;
        if (!thread.IsInPidNamespace && Ancestry.Find(ref context, thread.SessionId) is { } leader) return leader;
        ThreadEntry? eldest = null;
        foreach (var ancestor in context.State.Threads.Ancestors(thread))
        {
            if (ancestor.SessionId != thread.SessionId) break;
            eldest = ancestor;
        }
        return eldest;
    }
}
