namespace Peregrine.Filters;

/// <summary>
/// Which events a condition may hold for, as far as its checks of the event's type tell. Everything else is taken to hold for any event.
/// </summary>
public static class EventTypeInference
{
    /// <exception cref="FilterException">The type is transformed or compared with a field.</exception>
    public static EventTypeSet Infer(ConditionNode condition) => new(new Walk(CodeSpace.Events).Node(condition, negated: false));

    /// <exception cref="FilterException">The type is transformed or compared with a field.</exception>
    public static SyscallSet InferSyscalls(ConditionNode condition) => new(new Walk(CodeSpace.Syscalls).Node(condition, negated: false));

    private readonly struct Walk(CodeSpace space)
    {
        public CodeBits Node(ConditionNode node, bool negated)
        {
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
            return node switch
            {
                AndNode and => Joined(and.Children, negated, all: !negated),
                OrNode or => Joined(or.Children, negated, all: negated),
                NotNode not => Node(not.Child, !negated),
                CheckNode check => Check(check, negated),
                _ => space.All,
            };
        }

        private CodeBits Joined(IReadOnlyList<ConditionNode> children, bool negated, bool all)
        {
            var result = Node(children[0], negated);
            for (var i = 1; i < children.Count; i++)
            {
                var next = Node(children[i], negated);
                // Most parts do not look at the type.
                if (next.IsSame(result)) continue;
                if (result.IsSame(space.All)) result = all ? next : result;
                else if (next.IsSame(space.All)) result = all ? result : next;
                else result = all ? result.And(next) : result.Or(next);
            }
            return result;
        }

        private CodeBits Check(CheckNode check, bool negated)
        {
            if (!IsType(check.Left))
            {
                if (Mentions(check.Left)) throw Refuse(check, "transformers");
                return space.All;
            }
            if (check.Operator == CheckOperator.Exists) return negated ? space.None : space.All;
            if (check.Operator is not (CheckOperator.Equal or CheckOperator.NotEqual or CheckOperator.In)) return space.All;
            if (check.Right is TransformerExpression) throw Refuse(check, "right-hand side fields");
            var named = Named(check);
            return negated ? space.All.Without(named) : named;
        }

        private CodeBits Named(CheckNode check)
        {
            string[] names = check.Right is ListExpression list ? [.. list.Items.Select(static i => ((LiteralExpression)i).Text)] : [((LiteralExpression)check.Right!).Text];
            if (check.Modifier != CheckModifier.None) return Modified(check, names);
            var set = Union(names);
            return check.Operator == CheckOperator.NotEqual ? space.All.Without(set) : set;
        }

        private CodeBits Union(IEnumerable<string> names)
        {
            var set = space.None;
            foreach (var name in names) set = set.Or(space.Of(name));
            return set;
        }

        /// <summary>With a modifier each name of the schema is asked how many of the constants it satisfies.</summary>
        private CodeBits Modified(CheckNode check, string[] constants)
        {
            var negative = check.Operator == CheckOperator.NotEqual;
            return Union(space.Names.Concat(constants).Where(name =>
            {
                var count = constants.Count(c => c == name != negative);
                return check.Modifier switch
                {
                    CheckModifier.OneOf => count == 1,
                    CheckModifier.AnyOf => count > 0,
                    _ => count > 0 && count == constants.Length,
                };
            }));
        }

        private static FilterException Refuse(CheckNode check, string what) =>
            new($"filter error: '{check.Left}' can't be used with {what} where event types are inferred") { Position = check.Position };

        private static bool IsType(Expression expression) => expression is FieldExpression { Name: "evt.type" or "syscall.type" };

        private static bool Mentions(Expression expression) => expression switch
        {
            TransformerExpression transformer => transformer.Arguments.Any(Mentions),
            ListExpression list => list.Items.Any(Mentions),
            _ => IsType(expression),
        };
    }
}
