namespace Peregrine.Filters;

/// <content>Operators and what stands behind them.</content>
public static partial class ConditionParser
{
    private ref partial struct Descent
    {
        private CheckNode Condition(Expression left, SourcePosition position)
        {
            _lexer.Blank();
            if (_lexer.Operator(OperandKind.None) is { } unary) return new CheckNode(left, unary, CheckModifier.None, null, position);
            if (_lexer.Operator(OperandKind.Number) is { } numeric) return new CheckNode(left, numeric, CheckModifier.None, NumberOperand(), position);
            if (_lexer.Operator(OperandKind.Text) is { } textual) return TextCheck(left, textual, position);
            if (_lexer.Operator(OperandKind.List) is { } listed) return new CheckNode(left, listed, CheckModifier.None, ListOperand(), position);
            throw Error($"expected a valid check operator: one of {OperatorToken.Listed}");
        }

        private CheckNode TextCheck(Expression left, OperatorToken op, SourcePosition position)
        {
            var blank = _lexer.Blank() || op.NeedsBlank;
            var modifier = blank ? _lexer.Modifier() : CheckModifier.None;
            var right = modifier == CheckModifier.None ? TextOperand() : ModifiedOperand();
            return new CheckNode(left, op, modifier, right, position);
        }

        private Expression NumberOperand()
        {
            _lexer.Blank();
            var position = _lexer.Position;
            if (RightHandField() is { } field) return field;
            if (_lexer.HexNumber() || _lexer.Number()) return new LiteralExpression(_lexer.Token, position);
            throw Error($"expected a number value or a field with a valid transformer: {TransformerNames.ListedWithVal}");
        }

        private Expression TextOperand()
        {
            _lexer.Blank();
            if (RightHandField() is { } field) return field;
            return Value() ?? throw Error($"expected a string value or a field with a valid transformer: {TransformerNames.ListedWithVal}");
        }

        private Expression ListOperand()
        {
            _lexer.Blank();
            var position = _lexer.Position;
            if (_lexer.Exact("("u8)) return ListRest(position);
            if (RightHandField() is { } field) return field;
            if (_lexer.Identifier()) return new LiteralExpression(_lexer.Token, position);
            throw Error($"expected a list, an identifier, or a field with a valid transformer: {TransformerNames.ListedWithVal}");
        }

        /// <summary>The lexer has seen that a list or a name follows.</summary>
        private Expression ModifiedOperand()
        {
            _lexer.Blank();
            var position = _lexer.Position;
            if (_lexer.Exact("("u8)) return ListRest(position);
            if (_lexer.Identifier()) return new LiteralExpression(_lexer.Token, position);
            throw Error("expected a list or an identifier");
        }

        private ListExpression ListRest(SourcePosition position)
        {
            var values = new List<Expression>();
            _lexer.Blank();
            if (Value() is { } first)
            {
                values.Add(first);
                _lexer.Blank();
                while (_lexer.Exact(","u8))
                {
                    _lexer.Blank();
                    values.Add(Value() ?? throw Error("expected a string value"));
                    _lexer.Blank();
                }
            }
            if (!_lexer.Exact(")"u8)) throw Error("expected a ')' token");
            return new ListExpression(values, position);
        }

        private LiteralExpression? Value()
        {
            var position = _lexer.Position;
            return _lexer.QuotedText() || _lexer.BareText() ? new LiteralExpression(_lexer.Token, position) : null;
        }

        private TransformerExpression? RightHandField()
        {
            var position = _lexer.Position;
            if (_lexer.Exact(TransformerNames.ValOpening))
            {
                _lexer.Blank();
                var inner = _lexer.Position;
                if (!_lexer.FieldName()) throw Error($"expected a field within '{TransformerNames.Val}' transformer");
                var field = FieldRest(inner);
                _lexer.Blank();
                return TransformerEnd(TransformerNames.Val, [field], position);
            }
            return TransformerOpening() is { } name ? TransformerRest(name, position) : null;
        }
    }
}
