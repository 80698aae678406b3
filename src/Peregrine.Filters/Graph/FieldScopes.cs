namespace Peregrine.Filters;

/// <summary>What the scopes of fields have in common.</summary>
internal static class FieldScopes
{
    /// <summary>Whether values of the scope depend on nothing but the process, its ancestors and its container, so that answers about them may be remembered with the process.</summary>
    public static bool IsOfProcess(this FieldScope scope) => scope is FieldScope.Container or FieldScope.Lineage or FieldScope.Process;
}
