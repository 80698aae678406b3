using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>Replaces the names of macros in a condition by the macros' conditions. Nodes are shared, not copied.</summary>
internal sealed class MacroExpansion(MacroTable macros)
{
    private readonly List<string> _path = [];
    private readonly List<CompiledMacro> _resolved = [];
    private readonly Dictionary<string, Expanded> _expanded = new(StringComparer.Ordinal);
    private int _visibility;
    private int _level;
    private bool _tooDeep;
    private (string Message, SourcePosition Position)? _loop;
    private (string Message, SourcePosition Position)? _unknown;

    private readonly record struct Expanded(ConditionNode Node, long Checks, int Depth);

    /// <summary>Resolves a macro with the macros that it may see.</summary>
    public void Resolve(CompiledMacro macro)
    {
        var definition = macro.Definition;
        var expanded = Expand(macro.Condition, definition.Condition, definition.Visibility, definition.Context);
        (macro.Condition, macro.Checks, macro.Depth, macro.IsResolved) = (expanded.Node, expanded.Checks, expanded.Depth, true);
    }

    /// <summary>A rule's condition; rules see all macros.</summary>
    public ConditionNode Resolve(ConditionNode condition, string text, LoadContext context) => Expand(condition, text, int.MaxValue, context).Node;

    private Expanded Expand(ConditionNode condition, string text, int visibility, LoadContext context)
    {
        (_visibility, _level, _tooDeep, _loop, _unknown) = (visibility, 0, false, null, null);
        _path.Clear();
        _resolved.Clear();
        _expanded.Clear();
        var expanded = Visit(condition);
        if ((_loop ?? _unknown) is { } error) throw new LoadException(LoadErrorCode.Validate, error.Message, context.InCondition(text, error.Position));
        if (expanded.Checks > CompileLimits.MaxConditionChecks)
            throw new LoadException(LoadErrorCode.Validate, $"the condition has more than {CompileLimits.MaxConditionChecks} checks after its macros were put in", context);
        if (_tooDeep || expanded.Depth > CompileLimits.MaxConditionDepth)
            throw new LoadException(LoadErrorCode.Validate, $"the condition is nested more than {CompileLimits.MaxConditionDepth} levels deep after its macros were put in", context);
        foreach (var macro in _resolved) macro.IsUsed = true;
        return expanded;
    }

    private Expanded Visit(ConditionNode node)
    {
        if (_level >= 2 * CompileLimits.MaxConditionDepth)
        {
            _tooDeep = true;
            return new(node, 1, 1);
        }
        _level++;
        var expanded = VisitNode(node);
        _level--;
        return expanded;
    }

    private Expanded VisitNode(ConditionNode node)
    {
        switch (node)
        {
            case AndNode and:
                return Visit(and.Children, out var conjuncts) is var a && conjuncts is null ? a with { Node = node } : a with { Node = new AndNode(conjuncts, and.Position) };
            case OrNode or:
                return Visit(or.Children, out var disjuncts) is var o && disjuncts is null ? o with { Node = node } : o with { Node = new OrNode(disjuncts, or.Position) };
            case NotNode not:
                var child = Visit(not.Child);
                return child with { Node = child.Node == not.Child ? not : new NotNode(child.Node, not.Position), Depth = child.Depth + 1 };
            case IdentifierNode identifier:
                return Visit(identifier);
            default:
                return new(node, 1, 1);
        }
    }

    /// <summary>Visits the operands; <paramref name="changed"/> is null when none did.</summary>
    private Expanded Visit(IReadOnlyList<ConditionNode> children, out List<ConditionNode>? changed)
    {
        changed = null;
        long checks = 0;
        var depth = 0;
        for (var i = 0; i < children.Count; i++)
        {
            var child = Visit(children[i]);
            checks = Math.Min(checks + child.Checks, long.MaxValue / 2);
            depth = Math.Max(depth, child.Depth);
            if (child.Node != children[i]) changed ??= [.. children];
            if (changed is not null) changed[i] = child.Node;
        }
        return new(children[0], checks, depth + 1);
    }

    private Expanded Visit(IdentifierNode identifier)
    {
        var kept = new Expanded(identifier, 1, 1);
        if (macros.Find(identifier.Name) is not { } macro || macro.Definition.Index >= _visibility)
        {
            _unknown ??= ($"Undefined macro '{identifier.Name}' used in filter.", identifier.Position);
            return kept;
        }
        if (_expanded.TryGetValue(identifier.Name, out var known)) return known;
        if (_path.Contains(identifier.Name))
        {
            _loop ??= ($"reference loop in macro '{identifier.Name}'", identifier.Position);
            return kept;
        }
        _resolved.Add(macro);
        if (macro.IsResolved) return new(macro.Condition, macro.Checks, macro.Depth);
        _path.Add(identifier.Name);
        var expanded = Visit(macro.Condition);
        _path.RemoveAt(_path.Count - 1);
        return _expanded[identifier.Name] = expanded;
    }
}
