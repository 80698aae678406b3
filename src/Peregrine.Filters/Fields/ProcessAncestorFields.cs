using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class process on the parent and the other ancestors.</summary>
/// <remarks>
/// With an index they are those of one ancestor: 0 is the process itself, 1 its parent. Without, a condition asks whether any ancestor fulfils it, the process itself left out,
/// and output gives all of them joined by blanks.
/// </remarks>
internal static class ProcessAncestorFields
{
    private const string Which = " With an index, that of one ancestor (0 is the process itself, 1 its parent); without, conditions ask whether any ancestor fulfils them.";

    public static readonly Field[] All =
    [
        Declare.Text("proc.pexe", "Parent First Argument", Lineage, "The first word of the parent's command line.", static (ref c, _, ref v) => Ancestry.Parent(ref c) is { } p && v.Set(p.Exe)),
        Declare.Text("proc.pexepath", "Parent Process Executable Path", Lineage, "The path of the parent's executable.", static (ref c, _, ref v) => Ancestry.Parent(ref c) is { } p && v.Set(p.ExePath)),
        Declare.Text("proc.pname", "Parent Name", Lineage, "The parent's name.", static (ref c, _, ref v) => Ancestry.Parent(ref c) is { } p && v.Set(p.Comm)),
        Declare.Text("proc.pcmdline", "Parent Command Line", Lineage, "The parent's name and arguments, joined by blanks.", static (ref c, _, ref v) => Ancestry.Parent(ref c) is { } p && CommandLine.Set(ref v, p)),
        OfAny(Declare.Text("proc.aexe", "Ancestor First Argument", Lineage, "The first word of an ancestor's command line." + Which, AncestorValue.Exe.Extract), AncestorValue.Exe),
        OfAny(Declare.Text("proc.aexepath", "Ancestor Executable Path", Lineage, "The path of an ancestor's executable." + Which, AncestorValue.ExePath.Extract), AncestorValue.ExePath),
        OfAny(Declare.Text("proc.aname", "Ancestor Name", Lineage, "An ancestor's name." + Which, AncestorValue.Name.Extract), AncestorValue.Name),
        Declare.Text("proc.aargs", "Ancestor Arguments", Lineage, "The arguments of the ancestor at the index, joined by blanks; of the process itself without one.",
            static (ref c, arg, ref v) => Ancestry.Ancestor(ref c, Math.Max(arg.Index, 0)) is { } t && CommandLine.SetArguments(ref v, t, -1)).With(FieldArgument.Allowed | FieldArgument.Index, FieldTails.OptionalIndex),
        OfAny(Declare.Text("proc.acmdline", "Ancestor Command Line", Lineage, "An ancestor's name and arguments, joined by blanks." + Which, AncestorValue.CommandLine.Extract), AncestorValue.CommandLine),
        Declare.Text("proc.aenv", "Ancestor Environment", Lineage,
                "The environment of an ancestor: with an index, all of it; with a name, the variable's value in the nearest ancestor that has it; without, conditions ask whether any ancestor's environment fulfils them.", AncestorEnvironment.Extract)
            .With(FieldArgument.Allowed | FieldArgument.Index | FieldArgument.Key, FieldTails.OptionalKey).ComparedBy(AncestorEnvironment.Match).NoOperands(),
        OfAny(Declare.Id("proc.apid", ParamType.Int64, "Ancestor Process ID", Lineage, "An ancestor's process id." + Which, AncestorValue.Pid.Extract), AncestorValue.Pid),
        Declare.Id("proc.loginshellid", ParamType.Int64, "Login Shell ID", Lineage, "Process id of the eldest shell among the process and its ancestors: in most cases the one that somebody logged in with.", LoginShell),
    ];

    private static Field OfAny(Field field, AncestorValue value) =>
        field.With(FieldArgument.Allowed | FieldArgument.Index, FieldTails.OptionalIndex).ComparedBy(value.Match).NoOperands();

    /// <summary>Whatever ends with <c>sh</c> counts as a shell.</summary>
    private static bool LoginShell(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        var eldest = 0L;
        if (Ancestry.Main(ref context) is not { } main) return false;
        if (IsShell(main)) eldest = main.Pid;
        foreach (var ancestor in context.State.Threads.Ancestors(main))
            if (IsShell(ancestor)) eldest = ancestor.Pid;
        return eldest != 0 && value.Set(eldest);
    }

    private static bool IsShell(ThreadEntry thread) => thread.Comm.AsSpan().EndsWith("sh"u8);
}
