namespace Peregrine.Filters;

/// <summary>Checks whose right side is a field of the same event.</summary>
internal static class RightHandFields
{
    /// <exception cref="FilterException">The two sides do not go together; the message is the reference's.</exception>
    public static ComparisonPredicate Compile(CheckNode check, ValueSource left, ValueSource right, FilterSemantics semantics, out bool neverEqual)
    {
        var leftField = SourceCompiler.FieldOf(left);
        var rightField = SourceCompiler.FieldOf(right);
        if (check.Operator is CheckOperator.PathMatch or CheckOperator.Regex)
            throw new FilterException($"operator '{OperatorToken.Spell(check.Operator).ToUpperInvariant()}' doesn't support right-hand side fields");
        if (ValueClasses.Of(left.Type) == ValueClass.Network)
            throw new FilterException("field type 'IPNET' doesn't support right-hand side fields");
        if (leftField is { } l && (l.Field.Traits & FieldTraits.NoRightHand) != 0)
            throw new FilterException($"field '{l.Field.Name}' doesn't support right-hand side fields");
        if (rightField is { } r && (r.Field.Traits & FieldTraits.NoRightHand) != 0)
            throw new FilterException($"field '{r.Field.Name}' can't be used as a right-hand side field");
        if (left.Type != right.Type || left.IsList != right.IsList)
        {
            throw new FilterException(
                $"field '{Name(leftField, left)}' has type '{TypeOf(left)}' while the right-hand side field '{Name(rightField, right)}' has incompatible type '{TypeOf(right)}'");
        }
        // The reference looks elements up with their terminators, but takes that of a single left side off.
        neverEqual = semantics == FilterSemantics.Reference && check.Operator is CheckOperator.In or CheckOperator.Intersects
            && (left.IsList && left.HasTerminators) != right.HasTerminators;
        return new ComparisonPredicate(left, right, new ValueComparison(check.Operator, ValueClasses.Of(left.Type), left.IsList, neverEqual));
    }

    private static string TypeOf(ValueSource source) => ValueClasses.NameOf(source.Type) + (source.IsList ? " (list)" : "");

    private static string Name(FieldReference? field, ValueSource source)
    {
        if (field is { } known) return known.Field.Name;
        var text = new System.Text.StringBuilder();
        source.AppendKey(text);
        return text.ToString();
    }
}
