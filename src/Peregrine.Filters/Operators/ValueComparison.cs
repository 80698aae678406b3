namespace Peregrine.Filters;

/// <summary>An operator between two values of the same type that the event gives.</summary>
internal sealed class ValueComparison(CheckOperator op, ValueClass valueClass, bool areLists, bool neverEqual)
{
    public string Key => neverEqual ? $"{op} never" : op.ToString();

    public bool Holds(ref FieldValue left, ref FieldValue right)
    {
        if (!areLists) return !neverEqual && Scalar(ref left, ref right);
        if (left.List is not { } elements || right.List is not { } members) return false;
        var all = op == CheckOperator.In;
        var element = new FieldValue(left.Buffer);
        for (var i = 0; i < elements.Count; i++)
        {
            element.Bytes = elements.Text(i);
            element.Number = elements.Number(i);
            if ((!neverEqual && IsMember(ref element, members)) != all) return !all;
        }
        return all;
    }

    private bool Scalar(ref FieldValue left, ref FieldValue right) => valueClass switch
    {
        ValueClass.Text => Text(left.Bytes, right.Bytes),
        ValueClass.Bytes => Bytes(left.Bytes, right.Bytes),
        ValueClass.Address => left.Bytes.SequenceEqual(right.Bytes) != (op == CheckOperator.NotEqual),
        ValueClass.Signed => Ordering.Holds(op, left.Number.CompareTo(right.Number)),
        ValueClass.Double => Double(left.Double, right.Double),
        _ => Ordering.Holds(op, unchecked((ulong)left.Number).CompareTo(unchecked((ulong)right.Number))),
    };

    private bool Text(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => op switch
    {
        CheckOperator.IContains => IContains(left, right),
        CheckOperator.Glob or CheckOperator.IGlob => new GlobPattern(right, op == CheckOperator.IGlob).Matches(left),
        _ => Bytes(left, right),
    };

    private bool Bytes(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => op switch
    {
        CheckOperator.Contains or CheckOperator.BContains => left.IndexOf(right) >= 0,
        CheckOperator.StartsWith or CheckOperator.BStartsWith => left.StartsWith(right),
        CheckOperator.EndsWith => left.EndsWith(right),
        _ => Ordering.Holds(op, left.SequenceCompareTo(right)),
    };

    private bool Double(double left, double right) => op == CheckOperator.NotEqual ? left != right
        : !double.IsNaN(left) && !double.IsNaN(right) && Ordering.Holds(op, left.CompareTo(right));

    private bool IsMember(ref FieldValue value, ListValue members)
    {
        var member = new FieldValue(value.Buffer);
        for (var i = 0; i < members.Count; i++)
        {
            member.Bytes = members.Text(i);
            member.Number = members.Number(i);
            if (Equal(ref value, ref member)) return true;
        }
        return false;
    }

    private bool Equal(ref FieldValue left, ref FieldValue right) =>
        valueClass is ValueClass.Text or ValueClass.Bytes or ValueClass.Address ? left.Bytes.SequenceEqual(right.Bytes) : left.Number == right.Number;

    private static bool IContains(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part)
    {
        for (var i = 0; i + part.Length <= text.Length; i++)
        {
            var at = 0;
            while (at < part.Length && GlobSet.Fold(text[i + at]) == GlobSet.Fold(part[at])) at++;
            if (at == part.Length) return true;
        }
        return false;
    }
}
