using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>
/// A source with what compiles for it. What was compiled is remembered: each file compiles everything collected so far, and most of that was there before.
/// </summary>
internal sealed class SourceFields(RuleSource source, FilterOptions options)
{
    private readonly Dictionary<string, bool> _defined = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OutputFormat> _formats = new(StringComparer.Ordinal);

    public RuleSource Source { get; } = source;

    public FilterCompiler Compiler { get; } = new(source.Fields, options);

    /// <summary>Whether a text can stand on the left of a check: a field with its argument, or a transformer over one.</summary>
    public bool IsDefined(string field)
    {
        if (_defined.TryGetValue(field, out var known)) return known;
        return _defined[field] = Compiles(field);
    }

    /// <summary>A compiled output; missing values print as such and do not suppress the alert.</summary>
    /// <exception cref="FilterException">The output names what does not exist.</exception>
    public OutputFormat Format(string output)
    {
        if (_formats.TryGetValue(output, out var known)) return known;
        if (output.Length == 0) throw new FilterException("empty formatting token");
        return _formats[output] = OutputFormat.Compile(output.StartsWith('*') ? output : "*" + output, Source.Fields);
    }

    private bool Compiles(string field)
    {
        try
        {
            if (ConditionParser.Parse(field + " exists") is not CheckNode check) return false;
            Compiler.Compile(check);
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
