using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>Takes a rule's condition apart as its author wrote it, and compiles each part on its own.</summary>
internal sealed class ExplanationBuilder(RuleLoader loader, CompiledRule rule)
{
    private readonly FieldCatalog _fields = loader.Fields(rule.Rule.Source);
    private readonly FilterOptions _options = FilterSetup.Of(loader.Options);
    private readonly ListReplacement _lists = new(loader.Compiled!.Lists.All, loader.Options.Semantics);
    private readonly Dictionary<string, ConditionPart> _macros = new(StringComparer.Ordinal);

    public ConditionPart Root()
    {
        var definition = rule.Definition;
        if (definition.Exceptions.Count == 0) return Part(Parse(definition.Condition, definition.Context));
        var whole = Parse(ExceptionCondition.Build(definition.Condition, definition.Exceptions, new SortedSet<string>(StringComparer.Ordinal)), definition.Context);
        var names = definition.Exceptions.Where(static e => e.Values.Count > 0).Select(static e => e.Name).ToArray();
        return WithExceptions(whole, names) ?? Part(whole);
    }

    /// <summary>Exceptions are put in as text, <c>(condition) and not e1 and not e2</c>; null when their values made something else of it.</summary>
    private ConditionPart? WithExceptions(ConditionNode whole, string[] names)
    {
        if (names.Length == 0 || whole is not AndNode { Children: var children } || children.Count != names.Length + 1 || !children.Skip(1).All(static c => c is NotNode)) return null;
        var parts = new List<ConditionPart> { Part(children[0]) };
        foreach (var (node, name) in children.Skip(1).Zip(names))
        {
            var inner = Part(((NotNode)node).Child);
            parts.Add(new(PartKind.Not, ConditionPrinter.Print(node), Compile(node), [new(PartKind.Exception, name, inner.Filter, [inner])]));
        }
        return new(PartKind.And, ConditionPrinter.Print(whole), Compile(whole), parts);
    }

    private ConditionNode Parse(string condition, LoadContext context) => ConditionParser.Parse(_lists.Apply(condition, context, static _ => { }));

    private ConditionPart Part(ConditionNode node)
    {
        switch (node)
        {
            case IdentifierNode identifier:
                return Macro(identifier);
            case CheckNode check:
                return new(PartKind.Check, ConditionPrinter.Print(check), Compile(check), []) { Left = Value(check.Left), Right = check.Right is { } right ? Value(right) : null };
        }
        var (kind, children) = node switch
        {
            AndNode conjunction => (PartKind.And, conjunction.Children),
            OrNode disjunction => (PartKind.Or, disjunction.Children),
            _ => (PartKind.Not, (IReadOnlyList<ConditionNode>)[((NotNode)node).Child]),
        };
        return new(kind, ConditionPrinter.Print(node), Compile(node), [.. children.Select(Part)]);
    }

    private ConditionPart Macro(IdentifierNode identifier)
    {
        if (_macros.TryGetValue(identifier.Name, out var known)) return known;
        var macro = loader.Compiled!.Macros.Find(identifier.Name)!;
        var inner = Part(Parse(macro.Definition.Condition, macro.Definition.Context));
        return _macros[identifier.Name] = new(PartKind.Macro, identifier.Name, inner.Filter, [inner]);
    }

    private CompiledFilter Compile(ConditionNode node)
    {
        var whole = new MacroExpansion(loader.Compiled!.Macros).Resolve(node, "", rule.Definition.Context);
        return new FilterCompiler(_fields, _options).Compile(whole);
    }

    /// <summary>Prints a value of the event; null for constants, and for fields that conditions have and outputs have not.</summary>
    private OutputFormat? Value(Expression side)
    {
        if (side is TransformerExpression { Name: "val", Arguments: [var field] }) side = field;
        if (side is not (FieldExpression or TransformerExpression)) return null;
        try
        {
            return OutputFormat.Compile("%" + ConditionPrinter.Print(side), _fields);
        }
        catch (FilterException)
        {
            return null;
        }
    }
}
