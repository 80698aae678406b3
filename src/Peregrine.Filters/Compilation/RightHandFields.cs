namespace Peregrine.Filters;

/// <summary>Checks whose right side is a field of the same event.</summary>
internal static class RightHandFields
{
    /// <exception cref="FilterException">The two sides do not go together; the message is the reference's.</exception>
    public static PredicateNode Compile(CheckNode check, ValueSource left, ValueSource right)
    {
        var leftField = SourceCompiler.FieldOf(left);
        var rightField = SourceCompiler.FieldOf(right);
        if (leftField is { } l && (l.Field.Traits & FieldTraits.NoRightHand) != 0 && ValueClasses.Of(left.Type) != ValueClass.Network)
            throw new FilterException($"field '{l.Field.Name}' doesn't support right-hand side fields");
        if (rightField is { } r && (r.Field.Traits & FieldTraits.NoRightHand) != 0 && ValueClasses.Of(left.Type) != ValueClass.Network)
            throw new FilterException($"field '{r.Field.Name}' can't be used as a right-hand side field");
        if (ValueClasses.Of(left.Type) == ValueClass.Network)
            throw new FilterException($"field type '{ValueClasses.NameOf(left.Type)}' doesn't support right-hand side fields");
        if (check.Operator is CheckOperator.PathMatch or CheckOperator.Regex)
            throw new FilterException($"operator '{OperatorToken.Spell(check.Operator).ToUpperInvariant()}' doesn't support right-hand side fields");
        var membership = check.Operator is CheckOperator.In or CheckOperator.Intersects;
        if (left.Type != right.Type || (left.IsList != right.IsList && !(membership && right.IsList)))
        {
            throw new FilterException(
                $"field '{Name(leftField, left)}' has type '{ValueClasses.NameOf(left.Type)}' while the right-hand side field '{Name(rightField, right)}' has incompatible type '{ValueClasses.NameOf(right.Type)}'");
        }
        return new ComparisonPredicate(left, right, new ValueComparison(check.Operator, ValueClasses.Of(left.Type), left.IsList, right.IsList));
    }

    private static string Name(FieldReference? field, ValueSource source)
    {
        if (field is { } known) return known.Field.Name;
        var text = new System.Text.StringBuilder();
        source.AppendKey(text);
        return text.ToString();
    }
}
