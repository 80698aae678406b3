namespace Peregrine.Filters;

/// <summary>The transformers that the grammar knows.</summary>
public static class TransformerNames
{
    /// <summary>Marks a field on the right-hand side; it changes nothing.</summary>
    public const string Val = "val";

    /// <summary>In the order in which the reference lists them, without <see cref="Val"/>.</summary>
    public static IReadOnlyList<string> All { get; } = ["tolower", "toupper", "b64", "basename", "len", "join", "concat", "getopt"];

    internal static string ListedWithVal { get; } = string.Join(", ", All.Prepend(Val).Select(n => $"'{n}'"));

    internal static byte[] ValOpening { get; } = "val("u8.ToArray();

    /// <summary>Each name with its opening parenthesis: the grammar allows no blank between them.</summary>
    internal static byte[][] Openings { get; } = [.. All.Select(n => System.Text.Encoding.UTF8.GetBytes(n + "("))];
}
