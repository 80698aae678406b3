using System.Globalization;
using System.Text;

namespace Peregrine.Hub.Templates;

/// <summary>Reads the inside of an action: <c>$x := index .OutputFields "proc.name" | printf "%s"</c>.</summary>
internal sealed class TemplatePipelineParser(string text, List<string> variables, Func<string, TemplateException> error)
{
    private const int MaxDepth = 100;

    private int _at;
    private int _depth;

    public TemplatePipeline Whole()
    {
        var pipeline = Pipeline();
        return _at == text.Length ? pipeline : throw error($"unexpected {text[_at..]}");
    }

    private TemplatePipeline Pipeline()
    {
        if (++_depth > MaxDepth) throw error("nested too deep");
        Blanks();
        var names = Declaration(out var isAssignment);
        var commands = new List<TemplateCommand>();
        do commands.Add(Command());
        while (Take('|'));
        if (!isAssignment) variables.AddRange(names);
        _depth--;
        return new TemplatePipeline(commands, names, isAssignment);
    }

    /// <summary><c>$a :=</c>, <c>$a =</c>, <c>$i, $e :=</c>; nothing else moves.</summary>
    private List<string> Declaration(out bool isAssignment)
    {
        isAssignment = false;
        var start = _at;
        var names = new List<string>();
        while (_at < text.Length && text[_at] == '$' && names.Count < 2)
        {
            names.Add(VariableName());
            Blanks();
            if (!Take(',')) break;
            Blanks();
        }
        if (names.Count > 0 && Take(":=")) return names;
        if (names.Count == 1 && _at < text.Length && text[_at] == '=' && Take("="))
        {
            if (!variables.Contains(names[0])) throw error($"undefined variable \"{names[0]}\"");
            isAssignment = true;
            return names;
        }
        _at = start;
        return [];
    }

    private TemplateCommand Command()
    {
        Blanks();
        TemplateFunction? function = null;
        string? name = null;
        if (_at < text.Length && (char.IsAsciiLetter(text[_at]) || text[_at] == '_'))
        {
            var start = _at;
            name = Name();
            if (name is "true" or "false" or "nil") (_at, name) = (start, null);
            else if (!TemplateFunctions.All.TryGetValue(name, out function)) throw error($"function \"{name}\" not defined");
        }
        var operands = new List<TemplateOperand>();
        for (Blanks(); _at < text.Length && text[_at] is not ('|' or ')'); Blanks()) operands.Add(Operand());
        if (function is null && operands.Count == 0) throw error("missing value for command");
        if (function is null && operands.Count > 1) throw error("a value is followed by another: only functions take arguments");
        return new TemplateCommand(function is null ? null : Counted(name!, function), operands);
    }

    private static TemplateFunction Counted(string name, TemplateFunction function)
    {
        TemplateException TooFew(int given) => new($"wrong number of args for {name}: want at least {function.Least} got {given}");
        return function with
        {
            Call = function.Call is null ? null : a => a.Length < function.Least ? throw TooFew(a.Length) : function.Call(a),
            Lazy = function.Lazy is null ? null : a => a.Count < function.Least ? throw TooFew(a.Count) : function.Lazy(a),
        };
    }

    private TemplateOperand Operand()
    {
        var c = text[_at];
        if (c == '(')
        {
            _at++;
            var inner = Pipeline();
            if (!Take(')')) throw error("unclosed left paren");
            return new TemplateOperand((run, dot) => inner.Evaluate(run, dot), Fields());
        }
        if (c == '$')
        {
            var name = VariableName();
            if (!variables.Contains(name)) throw error($"undefined variable \"{name}\"");
            return new TemplateOperand((run, _) => run.Get(name), Fields());
        }
        if (c == '.' && !(_at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
        {
            if (_at + 1 < text.Length && IsNameStart(text[_at + 1])) return new TemplateOperand((_, dot) => dot, Fields());
            _at++;
            return new TemplateOperand((_, dot) => dot, []);
        }
        var constant = Constant(c);
        return new TemplateOperand((_, _) => constant, []);
    }

    private object? Constant(char c)
    {
        if (c is '"' or '`') return Quoted(c);
        if (c == '\'') return TemplateNumber.Of(char.ConvertToUtf32(Quoted(c) is { Length: > 0 } rune ? rune : throw error("empty rune literal"), 0));
        if (char.IsAsciiDigit(c) || c is '-' or '+' or '.')
        {
            var start = _at++;
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '.' or '_')) _at++;
            return Number(text[start.._at]);
        }
        if (!IsNameStart(c)) throw error($"unexpected \"{c}\" in command");
        var word = Name();
        return word switch
        {
            "true" => true,
            "false" => false,
            "nil" => null,
            _ when TemplateFunctions.All.TryGetValue(word, out var function) => function.Lazy is null ? Counted(word, function).Call!([]) : throw error($"{word} needs arguments"),
            _ => throw error($"function \"{word}\" not defined"),
        };
    }

    private TemplateNumber Number(string digits)
    {
        var plain = digits.Replace("_", "", StringComparison.Ordinal);
        if (plain.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && long.TryParse(plain.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hex)) return TemplateNumber.Of(hex);
        if (!double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) throw error($"bad number syntax: \"{digits}\"");
        return new TemplateNumber(plain.TrimStart('+'));
    }

    private string Quoted(char quote)
    {
        var value = new StringBuilder();
        for (_at++; _at < text.Length; _at++)
        {
            var c = text[_at];
            if (c == quote)
            {
                _at++;
                return value.ToString();
            }
            if (c != '\\' || quote == '`') value.Append(c);
            else if (++_at < text.Length) Escape(value);
        }
        throw error("unterminated quoted string");
    }

    private void Escape(StringBuilder value)
    {
        var c = text[_at];
        var digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            if (_at + digits >= text.Length || !int.TryParse(text.AsSpan(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code)) throw error($"bad escape \\{c}");
            value.Append(new Rune(code).ToString());
            _at += digits;
            return;
        }
        value.Append(c switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'a' => '\a', 'b' => '\b', 'f' => '\f', 'v' => '\v', '\\' or '"' or '\'' => c, _ => throw error($"bad escape \\{c}") });
    }

    private List<string> Fields()
    {
        var fields = new List<string>();
        while (_at + 1 < text.Length && text[_at] == '.' && IsNameStart(text[_at + 1]))
        {
            _at++;
            fields.Add(Name());
        }
        return fields;
    }

    private string VariableName()
    {
        _at++;
        return "$" + (_at < text.Length && IsNameStart(text[_at]) ? Name() : "");
    }

    private string Name()
    {
        var start = _at;
        while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
        return text[start.._at];
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';

    private void Blanks()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
    }

    private bool Take(char c) => Take(c.ToString());

    private bool Take(string token)
    {
        Blanks();
        if (!text.AsSpan(_at).StartsWith(token)) return false;
        _at += token.Length;
        return true;
    }
}
