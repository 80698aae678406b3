using System.Buffers;

namespace Peregrine.Filters;

/// <summary>The reference's warnings about constants.</summary>
internal static class ConstantWarnings
{
    private const string RegexSpecials = ".+*?^$()[]{}|\\";
    private static readonly SearchValues<char> Blanks = SearchValues.Create(" \t\n\v\f\r");

    public static void Check(string value, CheckOperator op, SourcePosition position, FieldCatalog catalog, List<FilterWarning> warnings)
    {
        if (op == CheckOperator.Regex && IsNeedlessRegex(value))
        {
            warnings.Add(new FilterWarning(FilterWarningKind.NeedlessRegex,
                $"regex check with '{value}' may be optimized with simpler operators such as '=', 'contains', 'startswith', 'endswith'", position));
        }
        var packed = value.AsSpan().ContainsAny(Blanks) ? string.Concat(value.Where(static c => !Blanks.Contains(c))) : value;
        if (packed.Length == 0) return;
        if (catalog.Contains(packed))
            warnings.Add(new FilterWarning(FilterWarningKind.FieldAsConstant, $"'{value}' may be a valid field misused as a const string value", position));
        if (IsTransformer(packed))
            warnings.Add(new FilterWarning(FilterWarningKind.TransformerAsConstant, $"'{value}' may be a valid field transformer misused as a const string value", position));
    }

    /// <summary>Nothing special in it besides the anchors, which are implied, and "anything" at the start or the end.</summary>
    private static bool IsNeedlessRegex(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if ((i == 0 && value[i] == '^') || (i == value.Length - 1 && value[i] == '$')) continue;
            var atEdge = (i == 0 && value.Length > 1) || i == value.Length - 2;
            if (atEdge && value[i] == '.' && value[i + 1] is '+' or '*' or '?')
            {
                i++;
                continue;
            }
            if (RegexSpecials.Contains(value[i])) return false;
        }
        return true;
    }

    private static bool IsTransformer(string packed)
    {
        var open = packed.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || packed[^1] != ')') return false;
        var name = packed.AsSpan(0, open);
        if (name.SequenceEqual(TransformerNames.Val)) return true;
        foreach (var known in TransformerNames.All)
            if (name.SequenceEqual(known)) return true;
        return false;
    }
}
