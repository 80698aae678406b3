using System.Text;
using System.Text.Encodings.Web;

namespace Peregrine.Hub.Templates;

/// <summary>A function of the language.</summary>
/// <param name="Least">How many arguments it takes at least, the pipeline's result included.</param>
/// <param name="Call">Takes values; null for the lazy ones.</param>
/// <param name="Lazy">Takes what gives the values: <c>and</c> and <c>or</c> stop where the answer is known.</param>
internal sealed record TemplateFunction(int Least, Func<object?[], object?>? Call, Func<IReadOnlyList<Func<object?>>, object?>? Lazy = null);

/// <summary>The standard functions of the language.</summary>
internal static class TemplateFunctions
{
    public static IReadOnlyDictionary<string, TemplateFunction> All { get; } = new Dictionary<string, TemplateFunction>(StringComparer.Ordinal)
    {
        ["and"] = new(1, null, parts => First(parts, stopAt: false)),
        ["or"] = new(1, null, parts => First(parts, stopAt: true)),
        ["not"] = new(1, a => !TemplateValues.IsTrue(a[0])),
        ["eq"] = new(2, a => a.Skip(1).Any(b => TemplateValues.AreEqual(a[0], b))),
        ["ne"] = new(2, a => !TemplateValues.AreEqual(a[0], a[1])),
        ["lt"] = new(2, a => TemplateValues.Compare(a[0], a[1]) < 0),
        ["le"] = new(2, a => TemplateValues.Compare(a[0], a[1]) <= 0),
        ["gt"] = new(2, a => TemplateValues.Compare(a[0], a[1]) > 0),
        ["ge"] = new(2, a => TemplateValues.Compare(a[0], a[1]) >= 0),
        ["index"] = new(1, a => a.Skip(1).Aggregate(a[0], Index)),
        ["slice"] = new(1, Slice),
        ["len"] = new(1, a => Length(a[0])),
        ["print"] = new(0, Print),
        ["println"] = new(0, a => string.Join(' ', a.Select(TemplateValues.Print)) + "\n"),
        ["printf"] = new(1, a => TemplateFormat.Format(TemplateValues.Print(a[0]), a.AsSpan(1))),
        ["html"] = new(0, a => Escape(a, HtmlEncoder.Default)),
        ["js"] = new(0, a => Escape(a, JavaScriptEncoder.Default)),
        ["urlquery"] = new(0, a => Uri.EscapeDataString(Print(a)).Replace("%20", "+", StringComparison.Ordinal)),
    };

    private static object? First(IReadOnlyList<Func<object?>> parts, bool stopAt)
    {
        object? value = null;
        foreach (var part in parts)
        {
            value = part();
            if (TemplateValues.IsTrue(value) == stopAt) return value;
        }
        return value;
    }

    private static object? Index(object? value, object? key) => (value, key) switch
    {
        (IReadOnlyDictionary<string, object?> map, string name) => map.GetValueOrDefault(name),
        (IReadOnlyList<object?> list, TemplateNumber number) => list[InRange(number, list.Count - 1)],
        (string text, TemplateNumber number) => TemplateNumber.Of(Encoding.UTF8.GetBytes(text)[InRange(number, Encoding.UTF8.GetByteCount(text) - 1)]),
        (null, _) => throw new TemplateException("index of untyped nil"),
        _ => throw new TemplateException($"can't index {TemplateValues.Print(value)} with {TemplateValues.Print(key)}"),
    };

    private static object? Slice(object?[] a)
    {
        if (a.Length > 3) throw new TemplateException("slice takes at most two places");
        var length = (int)((TemplateNumber)Length(a[0])).Value;
        var from = a.Length > 1 ? InRange(a[1], length) : 0;
        var to = a.Length > 2 ? InRange(a[2], length) : length;
        if (from > to) throw new TemplateException($"invalid slice: {from} > {to}");
        return a[0] is IReadOnlyList<object?> list ? list.Skip(from).Take(to - from).ToList() : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes((string)a[0]!), from, to - from);
    }

    private static int InRange(object? place, int most) => place is TemplateNumber { IsInteger: true } number && number.Value >= 0 && number.Value <= most
        ? (int)number.Value
        : throw new TemplateException($"index out of range: {TemplateValues.Print(place)}");

    private static object Length(object? value) => value switch
    {
        string text => TemplateNumber.Of(Encoding.UTF8.GetByteCount(text)),
        IReadOnlyList<object?> list => TemplateNumber.Of(list.Count),
        IReadOnlyDictionary<string, object?> map => TemplateNumber.Of(map.Count),
        _ => throw new TemplateException($"len of {TemplateValues.Print(value)}"),
    };

    // Go puts a blank between two operands when neither is a string.
    private static string Print(object?[] values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0 && values[i] is not string && values[i - 1] is not string) text.Append(' ');
            text.Append(TemplateValues.Print(values[i]));
        }
        return text.ToString();
    }

    private static string Escape(object?[] values, TextEncoder encoder) => encoder.Encode(Print(values));
}
