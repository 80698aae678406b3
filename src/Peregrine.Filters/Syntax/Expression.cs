namespace Peregrine.Filters;

/// <summary>One side of a check.</summary>
public abstract class Expression(SourcePosition position)
{
    public SourcePosition Position { get; } = position;

    public override string ToString() => ConditionPrinter.Print(this);
}

/// <summary>A field: <c>proc.aname[2]</c>.</summary>
public sealed class FieldExpression(string name, string? argument, SourcePosition position) : Expression(position)
{
    public string Name { get; } = name;

    /// <summary>The text between the brackets, unquoted; null when there are no brackets.</summary>
    public string? Argument { get; } = argument;
}

/// <summary>A transformer over fields, constants and other transformers: <c>tolower(proc.name)</c>, <c>getopt(proc.args, "nt:")[t]</c>, <c>val(proc.name)</c>.</summary>
public sealed class TransformerExpression(string name, IReadOnlyList<Expression> arguments, string? selector, SourcePosition position) : Expression(position)
{
    public string Name { get; } = name;

    public IReadOnlyList<Expression> Arguments { get; } = arguments;

    /// <summary>The text between brackets behind the call; null when there are none.</summary>
    public string? Selector { get; } = selector;
}

/// <summary>A constant as it was written, unquoted: text or number.</summary>
public sealed class LiteralExpression(string text, SourcePosition position) : Expression(position)
{
    public string Text { get; } = text;
}

/// <summary>Constants in parentheses; as a transformer's argument also fields and transformers.</summary>
public sealed class ListExpression(IReadOnlyList<Expression> items, SourcePosition position) : Expression(position)
{
    public IReadOnlyList<Expression> Items { get; } = items;
}
