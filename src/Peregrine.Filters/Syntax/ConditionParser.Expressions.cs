namespace Peregrine.Filters;

/// <content>Fields and transformers.</content>
public static partial class ConditionParser
{
    /// <summary>Parses a field or a transformer that fills the whole text, as output formats hold them; null when it does not.</summary>
    internal static Expression? ParseExpression(ReadOnlySpan<byte> text) =>
        ParseExpressionStart(text, out var length) is { } expression && length == text.Length ? expression : null;

    /// <summary>
    /// Parses a field or a transformer at the start of the text, as much of it as belongs together; null when there is none, or one that is not finished. <paramref name="length"/> is how far
    /// the text was read.
    /// </summary>
    internal static Expression? ParseExpressionStart(ReadOnlySpan<byte> text, out int length)
    {
        var descent = new Descent(text);
        try
        {
            return descent.ExpressionStart();
        }
        catch (ConditionSyntaxException)
        {
            return null;
        }
        finally
        {
            length = descent.Position.Offset;
        }
    }

    private ref partial struct Descent
    {
        public Expression? ExpressionStart()
        {
            var position = _lexer.Position;
            if (_lexer.FieldName()) return FieldRest(position);
            return TransformerOpening() is { } name ? TransformerRest(name, position) : null;
        }

        /// <summary>The name of a transformer whose opening parenthesis was just read.</summary>
        private string? TransformerOpening()
        {
            for (var i = 0; i < TransformerNames.Openings.Length; i++)
                if (_lexer.Exact(TransformerNames.Openings[i])) return TransformerNames.All[i];
            return null;
        }

        private FieldExpression FieldRest(SourcePosition position)
        {
            var name = _lexer.Token;
            return new FieldExpression(name, Bracketed(), position);
        }

        private string? Bracketed()
        {
            if (!_lexer.Exact("["u8)) return null;
            if (!_lexer.QuotedText() && !_lexer.BareArgument()) throw Error("expected a valid field argument: a quoted string or a bare string");
            var argument = _lexer.Token;
            if (!_lexer.Exact("]"u8)) throw Error("expected a ']' token");
            return argument;
        }

        private TransformerExpression TransformerRest(string name, SourcePosition position)
        {
            Enter();
            var arguments = new List<Expression>();
            do
            {
                _lexer.Blank();
                arguments.Add(TransformerArgument());
                _lexer.Blank();
            }
            while (_lexer.Exact(","u8));
            _depth--;
            return TransformerEnd(name, arguments, position);
        }

        private TransformerExpression TransformerEnd(string name, IReadOnlyList<Expression> arguments, SourcePosition position)
        {
            if (!_lexer.Exact(")"u8)) throw Error("expected a ')' token closing the transformer");
            return new TransformerExpression(name, arguments, Bracketed(), position);
        }

        private Expression TransformerArgument()
        {
            var position = _lexer.Position;
            if (_lexer.HexNumber() || _lexer.Number() || _lexer.QuotedText()) return new LiteralExpression(_lexer.Token, position);
            if (_lexer.Exact("("u8)) return TransformerList(position);
            if (TransformerOpening() is { } nested) return TransformerRest(nested, position);
            if (_lexer.FieldName()) return FieldRest(position);
            throw Error("expected field transformer argument: field, transformer, quoted string, number, or transformer list");
        }

        private ListExpression TransformerList(SourcePosition position)
        {
            var items = new List<Expression>();
            _lexer.Blank();
            if (_lexer.Exact(")"u8)) return new ListExpression(items, position);
            do
            {
                _lexer.Blank();
                items.Add(TransformerListItem());
                _lexer.Blank();
            }
            while (_lexer.Exact(","u8));
            if (!_lexer.Exact(")"u8)) throw Error("expected a ')' token closing the transformer list");
            return new ListExpression(items, position);
        }

        private Expression TransformerListItem()
        {
            var position = _lexer.Position;
            if (_lexer.FieldName()) return FieldRest(position);
            if (TransformerOpening() is { } nested) return TransformerRest(nested, position);
            if (_lexer.QuotedText() || _lexer.HexNumber() || _lexer.Number()) return new LiteralExpression(_lexer.Token, position);
            throw Error("expected transformer list argument: field, transformer, quoted string, or number");
        }
    }
}
