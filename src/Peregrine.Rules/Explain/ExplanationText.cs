using System.Globalization;
using System.Text;

namespace Peregrine.Rules;

/// <summary>Explanations as lines of text, each part below what it belongs to.</summary>
public sealed class ExplanationText
{
    /// <summary>Longer texts are cut: a command line or a list may have thousands of letters.</summary>
    private const int Longest = 200;

    private readonly StringBuilder _text = new();
    private readonly Palette _palette;
    private readonly bool _everything;

    private ExplanationText(Palette palette, bool everything) => (_palette, _everything) = (palette, everything);

    /// <summary>A condition without an event.</summary>
    /// <param name="part">The part to begin with.</param>
    /// <param name="palette">The colours.</param>
    /// <param name="everything">Whether macros are followed; otherwise they stand there by name.</param>
    public static string Write(ConditionPart part, Palette palette = default, bool everything = true)
    {
        ArgumentNullException.ThrowIfNull(part);
        var writer = new ExplanationText(palette, everything);
        writer.Write(part, 0);
        return writer._text.ToString();
    }

    /// <summary>A condition with the values of an event.</summary>
    /// <param name="part">The part to begin with.</param>
    /// <param name="palette">The colours.</param>
    /// <param name="everything">Whether every part is followed; otherwise only those that made the result what it is, and the others take one line each.</param>
    public static string Write(ExplainedPart part, Palette palette = default, bool everything = true)
    {
        ArgumentNullException.ThrowIfNull(part);
        var writer = new ExplanationText(palette, everything);
        writer.Write(part, 0, isReason: true);
        return writer._text.ToString();
    }

    private void Write(ConditionPart part, int level)
    {
        _text.Append(' ', level * 2).Append(_everything ? part.Label : Cut(part.Label)).Append('\n');
        if (part.Kind == PartKind.Macro && !_everything) return;
        foreach (var inner in part.Parts) Write(inner, level + 1);
    }

    private void Write(ExplainedPart explained, int level, bool isReason)
    {
        var part = explained.Part;
        var follows = part.Parts.Count > 0 && (isReason || _everything);
        var text = follows || part.Kind == PartKind.Macro ? part.Label : part.Line;
        if (!_everything) text = Cut(text);
        _text.Append(' ', level * 2).Append(explained.Holds ? _palette.Green("✓") : _palette.Red("✗")).Append(' ').Append(text);
        if (part.Left is not null) _text.Append(_palette.Dim($"    ({Shown(explained.Value)}{(part.Right is null ? "" : ", " + Shown(explained.OtherValue))})"));
        if (explained.Decides) _text.Append(_palette.Yellow("    ◀ decided"));
        _text.Append('\n');
        if (!follows) return;
        var reasons = explained.Reasons.ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var inner in explained.Parts) Write(inner, level + 1, isReason && reasons.Contains(inner));
    }

    private static string Shown(string? value) => value is null ? "no value" : value.Length == 0 ? "empty" : Printable(Cut(value));

    /// <summary>The beginning of a text that is too long for a line.</summary>
    public static string Cut(string text, int longest = Longest)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > longest ? text[..longest] + "…" : text;
    }

    /// <summary>The text with control characters spelt out: what programs were called with must not steer a terminal.</summary>
    public static string Printable(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Any(char.IsControl)) return text;
        var printable = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsControl(c)) printable.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else printable.Append(c);
        }
        return printable.ToString();
    }
}
