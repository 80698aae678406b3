using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary><c>proc.aenv</c>: environments of ancestors, and variables looked up in them.</summary>
internal static class AncestorEnvironment
{
    public static bool Extract(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        if (arg.Text is null || arg.Index >= 0)
            return Ancestry.Ancestor(ref context, Math.Max(arg.Index, 0)) is { } thread && EnvironmentText.SetAll(ref value, thread);
        if (Ancestry.Main(ref context) is not { } main) return false;
        foreach (var ancestor in context.State.Threads.Ancestors(main))
        {
            var found = EnvironmentText.Variable(ancestor, arg.Utf8);
            if (!found.IsEmpty) return value.Set(found);
        }
        return value.Set(default(ReadOnlySpan<byte>));
    }

    public static bool Match(ref EventContext context, FieldArg arg, ref FieldValue scratch, ICandidateTest test)
    {
        if (arg.Text is not null) return Extract(ref context, arg, ref scratch) && test.Holds(ref context, ref scratch);
        if (Ancestry.Main(ref context) is not { } main) return false;
        foreach (var ancestor in context.State.Threads.Ancestors(main))
            if (EnvironmentText.SetAll(ref scratch, ancestor) && test.Holds(ref context, ref scratch)) return true;
        return false;
    }
}
