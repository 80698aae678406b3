using Peregrine.Events;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class process on the process itself: names, command line, environment, directory.</summary>
internal static class ProcessFields
{
    public static readonly Field[] All =
    [
        Declare.Text("proc.exe", "First Argument", Process, "The first word of the command line (argv[0]), which the program can choose freely.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.Exe)),
        Declare.Text("proc.exepath", "Process Executable Path", Process, "The path of the executable that runs, links resolved.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.ExePath)),
        Declare.Text("proc.name", "Name", Process, "The name that the kernel has for the thread: at most 15 bytes, at first the executable's file name.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.Comm)),
        Declare.Text("proc.args", "Arguments", Process, "The command line without its first word, joined by blanks; with an index, one argument, or an empty text beyond the last.",
            static (ref c, arg, ref v) => c.Thread is { } t && CommandLine.SetArguments(ref v, t, arg.Index)).With(FieldArgument.Allowed | FieldArgument.Index, FieldTails.OptionalIndex),
        Declare.Text("proc.cmdline", "Command Line", Process, "The process's name and its arguments, joined by blanks.", static (ref c, _, ref v) => c.Thread is { } t && CommandLine.Set(ref v, t)),
        Declare.Amount("proc.cmdnargs", ParamType.Uint64, "Number of Command Line args", Process, "How many arguments the command line has, the first word not counted.",
            static (ref c, _, ref v) => c.Thread is { } t && v.Set(CommandLine.Count(t.Args))),
        Declare.Amount("proc.cmdlenargs", ParamType.Uint64, "Total Count of Characters in Command Line args", Process, "The length of all arguments together in bytes, without what separates them.",
            static (ref c, _, ref v) => c.Thread is { } t && v.Set(CommandLine.Length(t.Args))),
        Declare.Text("proc.exeline", "Executable Command Line", Process, "The first word of the command line and the arguments, joined by blanks.", static (ref c, _, ref v) => c.Thread is { } t && CommandLine.SetExeLine(ref v, t)),
        Declare.Text("proc.env", "Environment", Process, "The environment as NAME=value, joined by blanks; with a name in brackets, that variable's value, or an empty text.",
            static (ref c, arg, ref v) => c.Thread is { } t && EnvironmentText.Set(ref v, t, arg)).With(FieldArgument.Allowed | FieldArgument.Key, FieldTails.OptionalKey),
        Declare.Text("proc.cwd", "Current Working Directory", Process, "The working directory; it ends with a slash.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.IsKnown || t.Cwd.Length > 0 ? t.Cwd : "./"u8)),
        Declare.Id("proc.tty", ParamType.Uint32, "Process TTY", Process, "Device number of the controlling terminal; 0 when there is none.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.Tty)),
        Declare.Amount("proc.duration", ParamType.Reltime, "Process Duration", Event, "Nanoseconds since the process was started.", static (ref c, _, ref v) => Age(ref c, c.Thread, ref v)),
        Declare.Amount("proc.pid.ts", ParamType.Reltime, "Process start ts", Process, "When the process was started, in nanoseconds since the epoch.",
            static (ref c, _, ref v) => c.Thread is { CloneTime: not 0 } t && v.Set(t.CloneTime)),
        Declare.Amount("proc.ppid.duration", ParamType.Reltime, "Parent Process Duration", Event, "Nanoseconds since the parent was started.", static (ref c, _, ref v) => Age(ref c, Ancestry.Parent(ref c), ref v)),
        Declare.Amount("proc.ppid.ts", ParamType.Reltime, "Parent Process start ts", Lineage, "When the parent was started, in nanoseconds since the epoch.",
            static (ref c, _, ref v) => Ancestry.Parent(ref c) is { CloneTime: not 0 } p && v.Set(p.CloneTime)),
    ];

    private static bool Age(ref EventContext context, ThreadEntry? thread, ref FieldValue value) =>
        thread is { CloneTime: not 0 } && value.Set(context.Event.Timestamp - thread.CloneTime);
}
