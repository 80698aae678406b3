using System.Text;

namespace Peregrine.Filters;

/// <summary>
/// Parses conditions by recursive descent. The alternatives are tried in the order in which the grammar names them, which decides what a text without reserved words means.
/// </summary>
public static partial class ConditionParser
{
    /// <summary>
    /// How deep parentheses and transformers may be nested. Far beyond what anyone writes, and within the stack of a thread of 1 MB: what walks a tree recurses as deep as the tree.
    /// </summary>
    public const int MaxDepth = 1000;

    /// <exception cref="ConditionSyntaxException">The text is no condition.</exception>
    public static ConditionNode Parse(string text) => Parse(text, out _);

    /// <summary>Parses and tells where the text ended: behind trailing blanks.</summary>
    /// <exception cref="ConditionSyntaxException">The text is no condition.</exception>
    public static ConditionNode Parse(string text, out SourcePosition end)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0) throw new ConditionSyntaxException("filter input string is empty", SourcePosition.Start);
        var descent = new Descent(Encoding.UTF8.GetBytes(text));
        var node = descent.Whole();
        end = descent.Position;
        return node;
    }

    private ref partial struct Descent(ReadOnlySpan<byte> text)
    {
        private ConditionLexer _lexer = new(text);
        private int _depth;

        public readonly SourcePosition Position => _lexer.Position;

        public ConditionNode Whole()
        {
            var node = Or();
            if (!_lexer.AtEnd) throw Error($"unexpected token after '{_lexer.Token}', expecting 'or', 'and'");
            return node;
        }

        private ConditionNode Or()
        {
            _lexer.Blank();
            var position = _lexer.Position;
            var first = And();
            List<ConditionNode>? children = null;
            _lexer.Blank();
            while (_lexer.Exact("or"u8))
            {
                children ??= [first];
                if (_lexer.Blank()) children.Add(And());
                else if (_lexer.Exact("("u8)) children.Add(Group());
                else throw Error("expected blank or '(' after 'or'");
                _lexer.Blank();
            }
            return children is null ? first : new OrNode(children, position);
        }

        private ConditionNode And()
        {
            _lexer.Blank();
            var position = _lexer.Position;
            var first = Not();
            List<ConditionNode>? children = null;
            _lexer.Blank();
            while (_lexer.Exact("and"u8))
            {
                children ??= [first];
                if (_lexer.Blank()) children.Add(Not());
                else if (_lexer.Exact("("u8)) children.Add(Group());
                else throw Error("expected blank or '(' after 'and'");
                _lexer.Blank();
            }
            return children is null ? first : new AndNode(children, position);
        }

        private ConditionNode Not()
        {
            _lexer.Blank();
            var position = _lexer.Position;
            var negated = false;
            while (_lexer.NotWord()) negated = !negated;
            ConditionNode child;
            if (_lexer.Exact("not("u8))
            {
                negated = !negated;
                child = Group();
            }
            else
            {
                child = Check();
            }
            return negated ? new NotNode(child, position) : child;
        }

        /// <summary>What follows an opening parenthesis, up to the closing one.</summary>
        private ConditionNode Group()
        {
            Enter();
            var node = Or();
            _lexer.Blank();
            if (!_lexer.Exact(")"u8)) throw Error("expected a ')' token");
            _depth--;
            return node;
        }

        private ConditionNode Check()
        {
            _lexer.Blank();
            var position = _lexer.Position;
            if (_lexer.Exact("("u8)) return Group();
            if (_lexer.FieldName()) return Condition(FieldRest(position), position);
            if (TransformerOpening() is { } transformer) return Condition(TransformerRest(transformer, position), position);
            if (_lexer.Identifier()) return new IdentifierNode(_lexer.Token, position);
            throw Error("expected a '(' token, a field check, or an identifier");
        }

        private void Enter()
        {
            if (++_depth > MaxDepth || !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
                throw Error($"exceeded max depth limit of {MaxDepth}");
        }

        private readonly ConditionSyntaxException Error(string message) => new(message, _lexer.Position);
    }
}
