namespace Peregrine.Hub.Templates;

/// <summary>How values print, and which count as true.</summary>
internal static class TemplateValues
{
    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool flag => flag,
        string text => text.Length > 0,
        TemplateNumber number => number.Value != 0,
        IReadOnlyList<object?> list => list.Count > 0,
        IReadOnlyDictionary<string, object?> map => map.Count > 0,
        _ => true,
    };

    /// <summary>As Go prints it: what is missing is <c>&lt;no value&gt;</c>, lists stand in brackets, maps as <c>map[key:value]</c> in the order of keys.</summary>
    public static string Print(object? value) => value is null ? "<no value>" : PrintInside(value);

    private static string PrintInside(object? value) => value switch
    {
        null => "<nil>",
        bool flag => flag ? "true" : "false",
        IReadOnlyList<object?> list => "[" + string.Join(' ', list.Select(PrintInside)) + "]",
        IReadOnlyDictionary<string, object?> map => "map[" + string.Join(' ', map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Key + ":" + PrintInside(p.Value))) + "]",
        _ => value.ToString() ?? "",
    };

    public static bool AreEqual(object? a, object? b) => (a, b) switch
    {
        (TemplateNumber x, TemplateNumber y) => x.Value.Equals(y.Value),
        (string x, string y) => x == y,
        (bool x, bool y) => x == y,
        (null, null) => true,
        (null, _) or (_, null) => false,
        // A number of an alert came as text in the reference, so that people compare it with text.
        (TemplateNumber x, string y) => x.Text == y,
        (string x, TemplateNumber y) => x == y.Text,
        _ => throw new TemplateException("incompatible types for comparison"),
    };

    public static int Compare(object? a, object? b) => (a, b) switch
    {
        (TemplateNumber x, TemplateNumber y) => x.Value.CompareTo(y.Value),
        (string x, string y) => string.CompareOrdinal(x, y),
        _ => throw new TemplateException("incompatible types for comparison"),
    };
}
