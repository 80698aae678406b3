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
    public static FormattedRules Format(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var source = Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal));
            var before = YamlDocuments.Read(source);
            var spaced = TextEdit.Apply(source, InlineSpacing.Edits(source, before));
            var formatted = LineLayout.Arrange(spaced, YamlDocuments.Read(spaced));
            if (!YamlEquality.Same(before, YamlDocuments.Read(formatted))) return new(text, false, "formatting would change what the file says");
            return new(formatted, formatted != text, null);
        }
        catch (YamlException e)
        {
            return new(text, false, e.Message);
        }
    }
}
