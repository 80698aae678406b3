namespace Peregrine.Filters;

/// <summary>What the scopes of fields have in common.</summary>
internal static class FieldScopes
{
    /// <summary>Whether values of the scope depend on nothing but the process, its ancestors and its container, so that answers about them may be remembered with the process.</summary>
    public static bool IsOfProcess(this FieldScope scope) => scope is FieldScope.Container or FieldScope.Lineage or FieldScope.Process;

    /// <summary>Whether the answer depends on nothing but the descriptor, when the event uses a known one. A transformer may have arguments of other scopes: what it makes is not remembered.</summary>
    public static bool IsOfDescriptor(PredicateNode check) => check switch
    {
        CheckPredicate { Source: FieldSource source } when source.GetType() == typeof(FieldSource) => IsOfDescriptor(source.Reference.Field),
        CandidatesPredicate candidates => IsOfDescriptor(candidates.Field),
        _ => false,
    };

    public static bool IsOfDescriptor(Field field) => field.Scope == FieldScope.Fd || (field.Traits & FieldTraits.OfKnownDescriptor) != 0;
}
