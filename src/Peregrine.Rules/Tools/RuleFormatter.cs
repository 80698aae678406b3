using System.Text;
using Peregrine.Rules.Yaml;

namespace Peregrine.Rules;

/// <summary>What formatting a file gave.</summary>
/// <param name="Text">The formatted text; the text as it was when there is a problem.</param>
/// <param name="Changed">Whether it differs from what was given: what <c>--check</c> asks.</param>
/// <param name="Problem">Why the file was left alone; null when it was formatted.</param>
public sealed record FormattedRules(string Text, bool Changed, string? Problem);

/// <summary>
/// Formats rule files: items start in the first column with their keys two columns in, one blank line between items, one blank behind a colon and a comma, no blanks at the end of a line.
/// Comments and the texts of scalars stay as they are.
/// </summary>
/// <remarks>The result is only given when it reads as the same YAML; whatever cannot be formatted safely is left alone.</remarks>
public static class RuleFormatter
{
    /// <summary>What is formatted must stay as it is; odd layouts may take a second look, and what does not settle then is left alone.</summary>
    private const int MostPasses = 4;

    public static FormattedRules Format(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var formatted = text;
            for (var pass = 0; pass < MostPasses; pass++)
            {
                var before = formatted;
                formatted = Pass(before);
                if (formatted is null) return new(text, false, "formatting would change what the file says");
                if (formatted == before) return new(formatted, formatted != text, null);
            }
            return new(text, false, "the file's layout is too unusual to be formatted");
        }
        catch (YamlException e)
        {
            return new(text, false, e.Message);
        }
    }

    /// <summary>Null when the result would not read as the same YAML.</summary>
    private static string? Pass(string text)
    {
        // A lone carriage return is a line break to YAML as well.
        var source = Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'));
        var before = YamlDocuments.Read(source);
        var spaced = TextEdit.Apply(source, InlineSpacing.Edits(source, before));
        var formatted = LineLayout.Arrange(spaced, YamlDocuments.Read(spaced));
        return YamlEquality.Same(before, YamlDocuments.Read(formatted)) ? formatted : null;
    }
}
