using System.Text;

namespace Peregrine.Hub.Templates;

/// <summary>Reads a template: text, and actions between <c>{{</c> and <c>}}</c>.</summary>
internal sealed class TemplateParser(string text)
{
    // Deeper nesting is no template that a person wrote; it would only cost stack.
    private const int MaxDepth = 100;

    private readonly List<string> _variables = ["$"];
    private int _at;
    private int _depth;
    private int _loops;

    public TemplateNode Whole()
    {
        var node = List(out var end);
        if (end.Length > 0) throw Error($"unexpected {{{{{end}}}}}");
        return node;
    }

    /// <summary>Reads up to an action that ends the list (<c>end</c>, <c>else</c>, <c>else if</c>, …) or the end of the text.</summary>
    private ListNode List(out string end)
    {
        if (++_depth > MaxDepth) throw Error("nested too deep");
        var depth = _variables.Count;
        var nodes = new List<TemplateNode>();
        end = "";
        while (_at < text.Length)
        {
            Text(nodes);
            if (_at >= text.Length) break;
            var action = Action();
            if (action.Length == 0) continue;
            var word = Word(action);
            if (word is "end" or "else")
            {
                end = action;
                break;
            }
            nodes.Add(Node(word, action));
        }
        _variables.RemoveRange(depth, _variables.Count - depth);
        _depth--;
        return new ListNode(nodes);
    }

    private TemplateNode Node(string word, string action) => word switch
    {
        "if" => Branch(action[2..], setsDot: false),
        "with" => Branch(action[4..], setsDot: true),
        "range" => Range(action[5..]),
        "break" or "continue" when action == word => _loops > 0 ? new FlowNode(word == "break" ? TemplateFlow.Break : TemplateFlow.Continue) : throw Error($"{{{{{word}}}}} outside {{{{range}}}}"),
        "define" or "template" or "block" => throw Error($"{{{{{word}}}}} is not supported: a setting holds one template"),
        _ => new ActionNode(Pipeline(action)),
    };

    private BranchNode Branch(string condition, bool setsDot)
    {
        var depth = _variables.Count;
        var pipeline = Pipeline(condition);
        var body = List(out var end);
        var otherwise = Otherwise(end);
        _variables.RemoveRange(depth, _variables.Count - depth);
        return new BranchNode(pipeline, body, otherwise, setsDot);
    }

    private RangeNode Range(string over)
    {
        var depth = _variables.Count;
        var pipeline = Pipeline(over);
        _loops++;
        var body = List(out var end);
        _loops--;
        var otherwise = Otherwise(end);
        _variables.RemoveRange(depth, _variables.Count - depth);
        return new RangeNode(pipeline, body, otherwise);
    }

    private TemplateNode? Otherwise(string end)
    {
        if (end == "end") return null;
        if (end.Length == 0) throw Error("unexpected end of the template: {{end}} is missing");
        var rest = end["else".Length..].TrimStart();
        if (rest.Length > 0)
        {
            var word = Word(rest);
            return word is "if" or "with" ? Branch(rest[word.Length..], word == "with") : throw Error($"unexpected {{{{{end}}}}}");
        }
        var node = List(out var last);
        return last == "end" ? node : throw Error("unexpected end of the template: {{end}} is missing");
    }

    private void Text(List<TemplateNode> nodes)
    {
        var open = text.IndexOf("{{", _at, StringComparison.Ordinal);
        var plain = open < 0 ? text[_at..] : text[_at..open];
        _at = open < 0 ? text.Length : open;
        if (open >= 0 && TrimsBefore(open)) plain = plain.TrimEnd();
        if (plain.Length > 0) nodes.Add(new TextNode(plain));
    }

    private bool TrimsBefore(int open) => open + 3 < text.Length && text[open + 2] == '-' && char.IsWhiteSpace(text[open + 3]);

    /// <summary>The inside of the action at the current place, without markers and blanks; empty for a comment. Moves behind it and the blanks that it trims.</summary>
    private string Action()
    {
        var start = _at + 2;
        if (TrimsBefore(_at)) start += 2;
        var end = ActionEnd(start);
        var inside = text[start..end];
        _at = end + 2;
        if (inside.Length >= 2 && inside[^1] == '-' && char.IsWhiteSpace(inside[^2]))
        {
            inside = inside[..^2];
            while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
        }
        inside = inside.Trim();
        if (inside.StartsWith("/*", StringComparison.Ordinal)) return inside.EndsWith("*/", StringComparison.Ordinal) ? "" : throw Error("unclosed comment");
        return inside.Length > 0 ? inside : throw Error("missing value for command");
    }

    // Quotes may hold braces.
    private int ActionEnd(int start)
    {
        if (text.AsSpan(start).TrimStart().StartsWith("/*"))
        {
            var close = text.IndexOf("*/", start, StringComparison.Ordinal);
            if (close >= 0) start = close;
        }
        var quote = '\0';
        for (var i = start; i < text.Length; i++)
        {
            var c = text[i];
            if (quote != '\0')
            {
                if (c == '\\' && quote != '`') i++;
                else if (c == quote) quote = '\0';
            }
            else if (c is '"' or '`' or '\'') quote = c;
            else if (c == '}' && i + 1 < text.Length && text[i + 1] == '}') return i;
        }
        throw Error("unclosed action");
    }

    private TemplatePipeline Pipeline(string action) => new TemplatePipelineParser(action, _variables, Error).Whole();

    private static string Word(string action)
    {
        var end = 0;
        while (end < action.Length && char.IsAsciiLetter(action[end])) end++;
        return action[..end];
    }

    private TemplateException Error(string message)
    {
        var upTo = text.AsSpan(0, Math.Min(_at, text.Length));
        var line = upTo.Count('\n') + 1;
        var column = upTo.Length - (upTo.LastIndexOf('\n') + 1) + 1;
        return new TemplateException($"template: line {line}, column {column}: {message}");
    }
}
