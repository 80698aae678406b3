using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>Remembers the trees of conditions by their text, so that what did not change since the last file is the same tree, and its checks are not compiled again.</summary>
internal sealed class ParsedConditions
{
    private readonly Dictionary<string, ConditionNode> _known = new(StringComparer.Ordinal);

    /// <exception cref="ConditionSyntaxException">The text is no condition.</exception>
    public ConditionNode Parse(string text) => _known.TryGetValue(text, out var known) ? known : _known[text] = ConditionParser.Parse(text);
}
