using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>A source with what compiles for it.</summary>
internal sealed class SourceFields(RuleSource source, FilterOptions options)
{
    private readonly Dictionary<string, bool> _defined = new(StringComparer.Ordinal);

    public RuleSource Source { get; } = source;

    public FilterOptions Options { get; } = options;

    /// <summary>Whether a text can stand on the left of a check: a field with its argument, or a transformer over one.</summary>
    public bool IsDefined(string field)
    {
        if (_defined.TryGetValue(field, out var known)) return known;
        return _defined[field] = Compiles(field);
    }

    private bool Compiles(string field)
    {
        try
        {
            if (ConditionParser.Parse(field + " exists") is not CheckNode check) return false;
            new FilterCompiler(Source.Fields, Options).Compile(check);
            return true;
        }
        catch (ConditionSyntaxException)
        {
            return false;
        }
        catch (FilterException)
        {
            return false;
        }
    }
}
