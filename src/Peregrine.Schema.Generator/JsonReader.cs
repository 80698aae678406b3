using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Peregrine.Schema;

/// <summary>
/// A reader for the JSON of the schema tables. It exists because a source generator can carry no packages:
/// it reads objects to dictionaries, arrays to lists, integers to <see cref="long"/> and texts to <see cref="string"/>.
/// </summary>
internal sealed class JsonReader
{
    private readonly string _text;
    private int _at;

    private JsonReader(string text) => _text = text;

    /// <summary>Reads one document. Throws <see cref="FormatException"/> with the offset of the first mistake.</summary>
    public static object? Read(string text)
    {
        var reader = new JsonReader(text);
        var value = reader.Value();
        reader.Blanks();
        return reader._at == text.Length ? value : throw reader.Mistake("text after the document");
    }

    private object? Value()
    {
        Blanks();
        if (_at >= _text.Length) throw Mistake("a value is missing");
        switch (_text[_at])
        {
            case '{': return Object();
            case '[': return Array();
            case '"': return String();
            case 't': return Word("true", true);
            case 'f': return Word("false", false);
            case 'n': return Word("null", null);
            default: return Number();
        }
    }

    private Dictionary<string, object?> Object()
    {
        var members = new Dictionary<string, object?>();
        _at++;
        for (Blanks(); Peek() != '}'; Blanks())
        {
            if (members.Count > 0) { Take(','); Blanks(); }
            var name = String();
            Blanks();
            Take(':');
            members[name] = Value();
        }
        _at++;
        return members;
    }

    private List<object?> Array()
    {
        var items = new List<object?>();
        _at++;
        for (Blanks(); Peek() != ']'; Blanks())
        {
            if (items.Count > 0) Take(',');
            items.Add(Value());
        }
        _at++;
        return items;
    }

    private string String()
    {
        Take('"');
        var text = new StringBuilder();
        while (Peek() != '"')
        {
            var c = _text[_at++];
            if (c != '\\') { text.Append(c); continue; }
            c = Peek();
            _at++;
            switch (c)
            {
                case 'n': text.Append('\n'); break;
                case 't': text.Append('\t'); break;
                case 'r': text.Append('\r'); break;
                case 'u':
                    text.Append((char)int.Parse(_text.Substring(_at, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    _at += 4;
                    break;
                default: text.Append(c); break;
            }
        }
        _at++;
        return text.ToString();
    }

    private object? Word(string word, object? value)
    {
        if (string.CompareOrdinal(_text, _at, word, 0, word.Length) != 0) throw Mistake("unknown word");
        _at += word.Length;
        return value;
    }

    private object Number()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsDigit(_text[_at]) || _text[_at] == '-')) _at++;
        return long.TryParse(_text.Substring(start, _at - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Mistake("not an integer");
    }

    private char Peek() => _at < _text.Length ? _text[_at] : throw Mistake("the document ends too early");

    private void Take(char c)
    {
        if (Peek() != c) throw Mistake("expected '" + c + "'");
        _at++;
    }

    private void Blanks()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
    }

    private FormatException Mistake(string what) => new FormatException("schema JSON, offset " + _at + ": " + what);
}
