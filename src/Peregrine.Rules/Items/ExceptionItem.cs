namespace Peregrine.Rules;

/// <summary>A text, or a list of them (of any depth, though only two make sense).</summary>
internal sealed class ExceptionValue
{
    public static readonly ExceptionValue Nothing = new();

    public bool IsList { get; init; }

    public string Text { get; init; } = "";

    public IReadOnlyList<ExceptionValue> Items { get; init; } = [];

    public bool IsGiven => IsList ? Items.Count > 0 : Text.Length > 0;

    public static ExceptionValue Of(string text) => new() { Text = text };

    public static ExceptionValue Of(IReadOnlyList<ExceptionValue> items) => new() { IsList = true, Items = items };
}

/// <summary>One exception of a rule.</summary>
internal sealed class ExceptionItem(string name, LoadContext context)
{
    public string Name { get; } = name;

    public LoadContext Context { get; } = context;

    public ExceptionValue Fields { get; init; } = ExceptionValue.Nothing;

    public ExceptionValue Comparisons { get; set; } = ExceptionValue.Nothing;

    public List<ExceptionValue> Values { get; init; } = [];
}
