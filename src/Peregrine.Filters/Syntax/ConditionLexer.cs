using System.Buffers;
using System.Text;

namespace Peregrine.Filters;

/// <summary>
/// Takes tokens off the front of a condition's text. What a token is depends on what the parser asks for: keywords are not reserved.
/// Every method that finds its token steps over it and keeps it in <see cref="Token"/>; one that does not leaves all as it was.
/// </summary>
internal ref struct ConditionLexer
{
    // Classes of the grammar: "space" is POSIX's, "blank" has a backspace and neither form feed nor vertical tab.
    private static readonly SearchValues<byte> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\b\r\n"u8);
    private static readonly SearchValues<byte> Spaces = SearchValues.Create(" \t\n\r\f\v"u8);
    private static readonly SearchValues<byte> BareEnds = SearchValues.Create("\0()\"' \t\n\r\f\v=,"u8);
    private static readonly SearchValues<byte> ArgumentEnds = SearchValues.Create("\0[]\"' \t\n\r\f\v"u8);
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    private readonly ReadOnlySpan<byte> _text;
    private int _at;
    private int _line;
    private int _lineStart;

    public ConditionLexer(ReadOnlySpan<byte> text)
    {
        _text = text;
        _line = 1;
        Token = "";
    }

    /// <summary>The last token, unquoted.</summary>
    public string Token { get; private set; }

    public readonly SourcePosition Position => new(_at, _line, _at - _lineStart + 1);

    public readonly bool AtEnd => _at == _text.Length;

    private readonly ReadOnlySpan<byte> Rest => _text[_at..];

    /// <summary>Steps over blanks; false when there are none. Does not touch <see cref="Token"/>.</summary>
    public bool Blank() => Step(Run(Rest, Blanks));

    /// <summary>An exact text: a parenthesis, a comma, a keyword.</summary>
    public bool Exact(ReadOnlySpan<byte> text) => Rest.StartsWith(text) && Take(text.Length);

    /// <summary><c>not</c> and the spaces behind it.</summary>
    public bool NotWord()
    {
        if (!Rest.StartsWith("not"u8)) return false;
        var spaces = Run(Rest[3..], Spaces);
        return spaces > 0 && Take(3 + spaces);
    }

    public bool Identifier() => Take(NameLength(Rest));

    /// <summary>Names joined by dots: at least two.</summary>
    public bool FieldName()
    {
        var rest = Rest;
        var length = NameLength(rest);
        if (length == 0) return false;
        var parts = 1;
        while (length < rest.Length && rest[length] == '.')
        {
            var next = NameLength(rest[(length + 1)..]);
            if (next == 0) break;
            length += next + 1;
            parts++;
        }
        return parts > 1 && Take(length);
    }

    public bool HexNumber()
    {
        var rest = Rest;
        if (rest.Length < 3 || rest[0] != '0' || (rest[1] | 0x20) != 'x') return false;
        var digits = Run(rest[2..], HexDigits);
        return digits > 0 && Take(2 + digits);
    }

    /// <summary>A decimal number with optional sign, fraction and exponent; the exponent must have a sign.</summary>
    public bool Number()
    {
        var rest = Rest;
        var length = rest.Length > 0 && rest[0] is (byte)'+' or (byte)'-' ? 1 : 0;
        var digits = Run(rest[length..], Digits);
        if (digits == 0) return false;
        length += digits;
        if (length < rest.Length && rest[length] == '.') length += 1 + Run(rest[(length + 1)..], Digits);
        if (length + 2 < rest.Length && (rest[length] | 0x20) == 'e' && rest[length + 1] is (byte)'+' or (byte)'-')
        {
            var exponent = Run(rest[(length + 2)..], Digits);
            if (exponent > 0) length += 2 + exponent;
        }
        return Take(length);
    }

    public bool BareText() => Take(RunUntil(Rest, BareEnds));

    public bool BareArgument() => Take(RunUntil(Rest, ArgumentEnds));

    /// <summary>A quoted text. A quote behind a backslash does not close it; an unclosed one is no token.</summary>
    /// <exception cref="ConditionSyntaxException">An escape in it is not known.</exception>
    public bool QuotedText()
    {
        var rest = Rest;
        if (rest.IsEmpty || rest[0] is not ((byte)'"' or (byte)'\'')) return false;
        var quote = rest[0];
        var end = 1;
        while (true)
        {
            var next = rest[end..].IndexOfAny(quote, (byte)0);
            if (next < 0 || rest[end + next] == 0) return false;
            end += next;
            if (rest[end - 1] != '\\') break;
            end++;
        }
        // The place of a bad escape is the end of the text, as in the reference.
        Step(end + 1);
        try
        {
            Token = ConditionText.Unescape(rest[1..end], quote);
        }
        catch (FormatException e)
        {
            throw new ConditionSyntaxException(e.Message, Position);
        }
        return true;
    }

    /// <summary>An operator that takes this kind of operand; word operators on text take the spaces behind them along.</summary>
    public OperatorToken? Operator(OperandKind kind)
    {
        foreach (var op in OperatorToken.All)
        {
            if (op.Operand != kind || !Rest.StartsWith(op.Utf8)) continue;
            if (!op.NeedsBlank)
            {
                Take(op.Utf8.Length);
                return op;
            }
            var spaces = Run(Rest[op.Utf8.Length..], Spaces);
            if (spaces == 0) continue;
            Take(op.Utf8.Length + spaces);
            return op;
        }
        return null;
    }

    /// <summary>A modifier: one of its words, spaces, and then the start of a list or the name of one. Otherwise the word is a value like any other.</summary>
    public CheckModifier Modifier()
    {
        var rest = Rest;
        if (rest.Length < 6 || ModifierNames.Find(rest[..5]) is var modifier && modifier == CheckModifier.None) return CheckModifier.None;
        var spaces = Run(rest[5..], Spaces);
        if (spaces == 0) return CheckModifier.None;
        var next = rest[(5 + spaces)..];
        var name = next[..NameLength(next)];
        var isName = name.Length > 0 && !name.SequenceEqual("and"u8) && !name.SequenceEqual("or"u8) && !name.SequenceEqual("not"u8);
        if (!isName && !(next.Length > 0 && next[0] == '(')) return CheckModifier.None;
        Take(5 + spaces);
        return modifier;
    }

    private static int NameLength(ReadOnlySpan<byte> text) =>
        text.Length > 0 && Letters.Contains(text[0]) ? Run(text, NameBytes) : 0;

    private static int Run(ReadOnlySpan<byte> text, SearchValues<byte> bytes)
    {
        var end = text.IndexOfAnyExcept(bytes);
        return end < 0 ? text.Length : end;
    }

    private static int RunUntil(ReadOnlySpan<byte> text, SearchValues<byte> ends)
    {
        var end = text.IndexOfAny(ends);
        return end < 0 ? text.Length : end;
    }

    private bool Take(int length)
    {
        if (length == 0) return false;
        Token = Encoding.UTF8.GetString(_text.Slice(_at, length));
        return Step(length);
    }

    private bool Step(int length)
    {
        var passed = _text.Slice(_at, length);
        for (var end = passed.IndexOfAny(LineEnds); end >= 0; end = passed.IndexOfAny(LineEnds))
        {
            _line++;
            passed = passed[(end + 1)..];
            _lineStart = _at + length - passed.Length;
        }
        _at += length;
        return length > 0;
    }
}
