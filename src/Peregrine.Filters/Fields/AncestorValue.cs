using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>One property of ancestors: how it is read of one, printed of all, and compared with any.</summary>
internal abstract class AncestorValue
{
    public static readonly AncestorValue Exe = new OfExe();
    public static readonly AncestorValue ExePath = new OfExePath();
    public static readonly AncestorValue Name = new OfName();
    public static readonly AncestorValue CommandLine = new OfCommandLine();
    public static readonly AncestorValue Pid = new OfPid();

    protected abstract bool Set(ref FieldValue value, ThreadEntry thread);

    protected abstract void Append(ValueBuffer text, ThreadEntry thread);

    public virtual bool Extract(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        if (arg.Index >= 0) return Ancestry.Ancestor(ref context, arg.Index) is { } ancestor && Set(ref value, ancestor);
        if (Ancestry.Main(ref context) is not { } main) return false;
        var some = false;
        value.Buffer.Begin();
        foreach (var ancestor in context.State.Threads.Ancestors(main))
        {
            if (some) value.Buffer.Append((byte)' ');
            Append(value.Buffer, ancestor);
            some = true;
        }
        return value.Set(value.Buffer.End()) && some;
    }

    public bool Match(ref EventContext context, FieldArg arg, ref FieldValue scratch, ICandidateTest test)
    {
        if (arg.Index >= 0) return Extract(ref context, arg, ref scratch) && test.Holds(ref context, ref scratch);
        if (Ancestry.Main(ref context) is not { } main) return false;
        foreach (var ancestor in context.State.Threads.Ancestors(main))
            if (Set(ref scratch, ancestor) && test.Holds(ref context, ref scratch)) return true;
        return false;
    }

    private sealed class OfExe : AncestorValue
    {
        protected override bool Set(ref FieldValue value, ThreadEntry thread) => value.Set(thread.Exe);

        protected override void Append(ValueBuffer text, ThreadEntry thread) => text.Append(thread.Exe);
    }

    private sealed class OfExePath : AncestorValue
    {
        protected override bool Set(ref FieldValue value, ThreadEntry thread) => value.Set(thread.ExePath);

        protected override void Append(ValueBuffer text, ThreadEntry thread) => text.Append(thread.ExePath);
    }

    private sealed class OfName : AncestorValue
    {
        protected override bool Set(ref FieldValue value, ThreadEntry thread) => value.Set(thread.Comm);

        protected override void Append(ValueBuffer text, ThreadEntry thread) => text.Append(thread.Comm);
    }

    private sealed class OfCommandLine : AncestorValue
    {
        protected override bool Set(ref FieldValue value, ThreadEntry thread) => Fields.CommandLine.Set(ref value, thread);

        protected override void Append(ValueBuffer text, ThreadEntry thread) => Fields.CommandLine.Append(text, thread);
    }

    private sealed class OfPid : AncestorValue
    {
        /// <summary>A number cannot stand for several: without an index it is the process's own.</summary>
        public override bool Extract(ref EventContext context, FieldArg arg, ref FieldValue value) =>
            Ancestry.Ancestor(ref context, Math.Max(arg.Index, 0)) is { } thread && Set(ref value, thread);

        protected override bool Set(ref FieldValue value, ThreadEntry thread) => value.Set(thread.Pid);

        protected override void Append(ValueBuffer text, ThreadEntry thread) => text.Append(thread.Pid);
    }
}
