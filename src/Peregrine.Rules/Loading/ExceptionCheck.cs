namespace Peregrine.Rules;

/// <summary>Checks an exception's fields against its comparisons and fills in the comparisons that were left out.</summary>
internal static class ExceptionCheck
{
    /// <summary>Checks one exception. The source is null when the rule's source is unknown: its fields cannot be checked then.</summary>
    public static void Complete(ExceptionItem exception, SourceFields? source)
    {
        if (exception.Fields.IsList) CompleteTuple(exception, source);
        else CompleteSingle(exception, source);
    }

    private static void CompleteTuple(ExceptionItem exception, SourceFields? source)
    {
        var fields = exception.Fields.Items;
        if (!exception.Comparisons.IsGiven)
            exception.Comparisons = ExceptionValue.Of([.. Enumerable.Repeat(ExceptionValue.Of("="), fields.Count)]);
        var comparisons = exception.Comparisons.Items;
        if (fields.Count != comparisons.Count) throw Invalid("Fields and comps lists must have equal length", exception);
        foreach (var comparison in comparisons)
            if (!Comparison.IsOperator(comparison.Text) && !Comparison.HasModifier(comparison.Text))
                throw Invalid($"'{comparison.Text}' is not a supported comparison operator", exception);
        foreach (var field in fields) CheckField(field.Text, exception, source);
    }

    private static void CompleteSingle(ExceptionItem exception, SourceFields? source)
    {
        if (!exception.Comparisons.IsGiven) exception.Comparisons = ExceptionValue.Of("in");
        if (exception.Comparisons.IsList) throw Invalid("Fields and comps must both be strings", exception);
        if (!Comparison.TakesList(exception.Comparisons.Text))
            throw Invalid("When fields is a single value, comps must be one of (in, pmatch, intersects) or a modifier operator (e.g. startswith oneof)", exception);
        CheckField(exception.Fields.Text, exception, source);
    }

    private static void CheckField(string field, ExceptionItem exception, SourceFields? source)
    {
        if (source?.IsDefined(field) == false) throw Invalid($"'{field}' is not a supported filter field", exception);
    }

    private static LoadException Invalid(string message, ExceptionItem exception) => new(LoadErrorCode.Validate, message, exception.Context);
}
