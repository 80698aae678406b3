using System.Text;

namespace Peregrine.Rules;

/// <summary>
/// Puts lists into the text of a condition. A list's name counts wherever it stands between blanks, parentheses, commas and equals signs; the blanks around it go,
/// and a comma with an empty list.
/// </summary>
/// <remarks>That this also happens inside quotes is a defect of the reference that is kept unless <see cref="RulesSemantics.Strict"/> is asked for.</remarks>
internal sealed class ListReplacement(IReadOnlyList<CompiledList> lists, RulesSemantics semantics)
{
    private const string Blanks = " \t\n\r";

    private readonly StringBuilder _output = new();

    /// <summary>The condition with all lists in it, in the order of their definitions. <paramref name="inQuotes"/> is called for each list whose name stands in quotes.</summary>
    public string Apply(string condition, LoadContext context, Action<CompiledList> inQuotes)
    {
        foreach (var list in lists)
        {
            if (!condition.Contains(list.Name, StringComparison.Ordinal)) continue;
            condition = Apply(condition, list, context, inQuotes);
        }
        return condition;
    }

    private string Apply(string text, CompiledList list, LoadContext context, Action<CompiledList> inQuotes)
    {
        var quotes = new QuoteTracker(text);
        var output = _output.Clear();
        var copied = 0;
        var search = 0;
        var found = false;
        var quoted = false;
        while (search <= text.Length && text.IndexOf(list.Name, search, StringComparison.Ordinal) is var at and >= 0)
        {
            var end = at + list.Name.Length;
            var before = at == 0 || (at == copied && output.Length > 0) || IsDelimiter(text[at - 1]);
            if (!before || (end < text.Length && !IsDelimiter(text[end])))
            {
                search = at + 1;
                continue;
            }
            if (quotes.IsInside(at))
            {
                quoted = true;
                if (semantics == RulesSemantics.Strict)
                {
                    search = at + 1;
                    continue;
                }
            }
            output.Append(text, copied, at - copied);
            while (output.Length > 0 && Blanks.Contains(output[^1])) output.Length--;
            while (end < text.Length && Blanks.Contains(text[end])) end++;
            if (list.Replacement.Length == 0)
            {
                if (output.Length > 0 && output[^1] == ',') output.Length--;
                else if (end < text.Length && text[end] == ',') end++;
            }
            // At the very start the reference loses a step and looks for the next name one character later.
            search = output.Length > 0 ? end : end + 1;
            if (output.Length > 0) output.Append(' ');
            output.Append(list.Replacement).Append(' ');
            copied = end;
            found = true;
            if (output.Length > CompileLimits.MaxConditionLength)
                throw new LoadException(LoadErrorCode.CompileCondition, $"the condition is longer than {CompileLimits.MaxConditionLength} characters after its lists were put in", context);
        }
        if (quoted) inQuotes(list);
        if (!found) return text;
        list.IsUsed = true;
        return output.Append(text, copied, text.Length - copied).ToString();
    }

    private static bool IsDelimiter(char c) => c is ' ' or '\t' or '\n' or '\r' or '(' or ')' or ',' or '=';

    /// <summary>Tells whether places, asked for in rising order, lie inside a quoted text.</summary>
    private struct QuoteTracker(string text)
    {
        private int _at;
        private char _quote;

        public bool IsInside(int place)
        {
            for (; _at < place; _at++)
            {
                var c = text[_at];
                if (c is not ('"' or '\'')) continue;
                if (_quote == 0) _quote = c;
                else if (_quote == c && text[_at - 1] != '\\') _quote = '\0';
            }
            return _quote != 0;
        }
    }
}
