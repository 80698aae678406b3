using System.Globalization;
using System.Text;

namespace Peregrine.Filters;

/// <summary>Takes an output format apart.</summary>
internal sealed class OutputFormatCompiler(string format, FieldCatalog catalog)
{
    /// <summary>From here on shorter and shorter beginnings are tried of what does not compile as a whole; each try reads all of it.</summary>
    private const int MaxTried = 1024;

    private const int MaxWidth = 65_536;

    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(format);
    private readonly SourceCompiler _sources = new(catalog, forOutput: true);
    private readonly List<OutputToken> _tokens = [];
    private readonly SortedDictionary<string, OutputField> _fields = new(StringComparer.Ordinal);

    public OutputFormat Compile()
    {
        if (_utf8.Length == 0) throw new FilterException("empty formatting token");
        var keepsMissing = _utf8[0] == '*';
        for (var at = keepsMissing ? 1 : 0; at < _utf8.Length;)
        {
            var field = _utf8.AsSpan(at).IndexOf((byte)'%');
            var end = field < 0 ? _utf8.Length : at + field;
            if (end > at) _tokens.Add(new OutputToken(_utf8[at..end]));
            at = field < 0 ? end : Field(end + 1);
        }
        return new OutputFormat(format, keepsMissing, [.. _tokens], [.. _fields.Values]);
    }

    /// <summary>Reads what stands behind a percent sign; gives the place behind it.</summary>
    private int Field(int at)
    {
        if (at == _utf8.Length) throw new FilterException("invalid formatting syntax: formatting cannot end with a %");
        var digits = at;
        while (at < _utf8.Length && char.IsAsciiDigit((char)_utf8[at])) at++;
        if (at == _utf8.Length) throw new FilterException("invalid formatting syntax: formatting cannot end with a number");
        var width = 0;
        if (at > digits && (!int.TryParse(_utf8.AsSpan(digits, at - digits), NumberStyles.None, CultureInfo.InvariantCulture, out width) || width > MaxWidth))
            throw new FilterException($"invalid formatting syntax: width {Encoding.UTF8.GetString(_utf8, digits, at - digits)} is too large");
        var (expression, source, length) = Longest(_utf8.AsSpan(at));
        _tokens.Add(new OutputToken(source, ConditionPrinter.Print(expression), width));
        AddFields(expression, isOutermost: true);
        return at + length;
    }

    /// <summary>The longest beginning of the text that is a field or a transformer and compiles.</summary>
    private (Expression Expression, ValueSource Source, int Length) Longest(ReadOnlySpan<byte> rest)
    {
        var longest = ConditionParser.ParseExpressionStart(rest, out var length);
        if (longest is not null && TryCompile(longest) is { } source) return (longest, source, length);
        for (length = Math.Min(longest is null ? length : length - 1, MaxTried); length > 0; length--)
        {
            if (ConditionParser.ParseExpression(rest[..length]) is { } shorter && TryCompile(shorter) is { } compiled) return (shorter, compiled, length);
        }
        throw new FilterException("unknown filter: unexpected token after '");
    }

    private ValueSource? TryCompile(Expression expression)
    {
        try
        {
            return _sources.Compile(expression);
        }
        catch (FilterException)
        {
            return null;
        }
    }

    /// <summary>Every plain field counts, and of nested transformers each that is not directly inside another of one argument.</summary>
    private void AddFields(Expression expression, bool isOutermost)
    {
        switch (expression)
        {
            case FieldExpression:
                Add(expression);
                break;
            case TransformerExpression transformer:
                if (isOutermost) Add(expression);
                foreach (var argument in transformer.Arguments) AddFields(argument, isOutermost: transformer.Arguments.Count > 1);
                break;
            case ListExpression list:
                foreach (var item in list.Items) AddFields(item, isOutermost: true);
                break;
        }
    }

    private void Add(Expression expression)
    {
        var key = ConditionPrinter.Print(expression);
        if (!_fields.ContainsKey(key)) _fields[key] = new OutputField(key, _sources.Compile(expression), _fields.Count);
    }
}
