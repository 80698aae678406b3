using System.Runtime.CompilerServices;

namespace Peregrine.Filters;

/// <summary>
/// Compiles parsed conditions: looks fields up, checks types and operators, reads constants. Serves any number of conditions; not thread-safe.
/// </summary>
/// <remarks>A check that several conditions share, as the nodes of macros are, is compiled once; it is remembered for as long as the compiler lives.</remarks>
public sealed class FilterCompiler
{
    /// <summary>How deep a tree may be once macros are in their places; evaluating it recurses as deep.</summary>
    private const int MaxDepth = 4096;

    private readonly FieldCatalog _catalog;
    private readonly FilterOptions _options;
    private readonly SourceCompiler _sources;
    private readonly TestCompiler _tests;
    private readonly List<FilterWarning> _warnings = [];
    private readonly Dictionary<CheckNode, CompiledCheck> _checks = [];
    private readonly List<NamedHost> _hosts = [];
    private int _depth;

    public FilterCompiler(FieldCatalog catalog, FilterOptions? options = null)
    {
        _catalog = catalog;
        _options = options ?? new FilterOptions();
        _sources = new SourceCompiler(catalog, _options.Semantics);
        _tests = new TestCompiler(_options, _warnings);
    }

    /// <summary>The warnings about the condition compiled last, in the order of its text.</summary>
    public IReadOnlyList<FilterWarning> Warnings => _warnings;

    /// <summary>Where the compiler stood: the node at fault when <see cref="Compile(ConditionNode)"/> threw.</summary>
    public SourcePosition Position { get; private set; }

    /// <exception cref="FilterException">The condition names what does not exist or compares what cannot be compared; the message is the reference's.</exception>
    public CompiledFilter Compile(ConditionNode condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        _warnings.Clear();
        _hosts.Clear();
        _depth = 0;
        Position = condition.Position;
        try
        {
            var root = Node(condition);
            return new CompiledFilter(root, [.. _hosts]);
        }
        catch (FilterException e)
        {
            e.Position = Position;
            throw;
        }
    }

    /// <summary>Parses and compiles a whole filter.</summary>
    /// <exception cref="FilterException">As above, or the text is no condition: the message then says where.</exception>
    public CompiledFilter Compile(string condition)
    {
        try
        {
            return Compile(ConditionParser.Parse(condition));
        }
        catch (ConditionSyntaxException e)
        {
            Position = e.Position;
            throw new FilterException(e.FilterMessage, e) { Offset = e.Offset, Position = e.Position };
        }
    }

    private PredicateNode Node(ConditionNode node)
    {
        if (++_depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new FilterException($"exceeded max depth limit of {MaxDepth}");
        Position = node.Position;
        PredicateNode compiled = node switch
        {
            AndNode and => new AndPredicate([.. and.Children.Select(Node)]),
            OrNode or => new OrPredicate([.. or.Children.Select(Node)]),
            NotNode not => new NotPredicate(Node(not.Child)),
            CheckNode check => Known(check),
            IdentifierNode identifier => throw new FilterException($"filter error: unexpected identifier '{identifier.Name}'"),
            _ => throw new FilterException("filter error: unexpected node"),
        };
        _depth--;
        return compiled;
    }

    private PredicateNode Known(CheckNode check)
    {
        if (_checks.TryGetValue(check, out var known))
        {
            _warnings.AddRange(known.Warnings);
            _hosts.AddRange(known.Hosts);
            return known.Predicate;
        }
        var (warnings, hosts) = (_warnings.Count, _hosts.Count);
        var predicate = Check(check);
        _checks[check] = new(predicate, [.. _warnings[warnings..]], [.. _hosts[hosts..]]);
        return predicate;
    }

    private PredicateNode Check(CheckNode check)
    {
        var source = _sources.Compile(check.Left);
        if (check.OperatorToken.Operand == OperandKind.None) return Predicate(source, AlwaysTest.Instance, check.Operator);
        OperatorRules.Check(check.Operator, check.Modifier, source.Type, source.IsList);
        // A bad constant is reported at the check; a warning about one at the constant.
        if (check.Right is TransformerExpression right) return RightHand(check, source, _sources.Compile(right));
        var constants = check.Right is ListExpression list ? list.Items.Select(i => ((LiteralExpression)i).Text).ToArray() : [((LiteralExpression)check.Right!).Text];
        foreach (var constant in constants)
        {
            ConstantWarnings.Check(constant, check.Operator, check.Right.Position, _catalog, _warnings);
            ConstantRules.Check(source, constant, _options);
        }
        return source is FieldSource { Reference: var field } && (field.Field.Traits & FieldTraits.HostName) != 0
            ? HostNames(check, field, constants)
            : Constants(check, source, constants);
    }

    private ComparisonPredicate RightHand(CheckNode check, ValueSource left, ValueSource right)
    {
        var predicate = RightHandFields.Compile(check, left, right, _options.Semantics, out var neverEqual);
        if (neverEqual) WarnNeverEqual(left.IsList && left.HasTerminators ? check.Left : check.Right!, check.Right!.Position);
        return predicate;
    }

    /// <summary>Equality with a name is equality with one of its addresses, as they are now; no other operator holds.</summary>
    private PredicateNode HostNames(CheckNode check, FieldReference field, string[] constants)
    {
        var negative = check.Operator == CheckOperator.NotEqual;
        if (!negative && check.Operator is not (CheckOperator.Equal or CheckOperator.In or CheckOperator.Intersects)) return ConstantPredicate.False;
        NamedHost[] hosts = [.. constants.Select(name => new NamedHost(name))];
        _hosts.AddRange(hosts);
        return new CandidatesPredicate(field, new HostAddressTest(hosts, negative), negative);
    }

    private PredicateNode Constants(CheckNode check, ValueSource source, string[] constants)
    {
        var position = check.Right!.Position;
        if (IsTerminatedBuffer(check.Operator, source) && constants.Length > 0) WarnNeverEqual(check.Left, position);
        if (check.Modifier != CheckModifier.None)
        {
            ValueTest[] tests = [.. constants.Select(c => _tests.Single(check.Operator, source.Type, c, position))];
            // A field of several candidates is asked anew for each constant; any other value is gotten once.
            return HasCandidates(source)
                ? new CountPredicate(check.Modifier, [.. tests.Select(t => Predicate(source, t, check.Operator))])
                : new CheckPredicate(source, new CountTest(check.Modifier, tests));
        }
        if (check.OperatorToken.Operand != OperandKind.List)
            return Predicate(source, _tests.Single(SingleOperator(check, source), source.Type, constants[0], position), check.Operator);
        if (!source.IsList) return Predicate(source, _tests.Set(check.Operator, source.Type, FirstNetworks(source, constants, position), position), check.Operator);
        var element = source.HasTerminators && _options.Semantics == FilterSemantics.Reference
            ? TerminatedElements(check, constants, position)
            : _tests.Set(CheckOperator.In, source.Type, constants, position);
        return Predicate(source, new ListTest(element, all: check.Operator == CheckOperator.In), check.Operator);
    }

    private static CheckOperator SingleOperator(CheckNode check, ValueSource source) =>
        check.Operator == CheckOperator.Equal && source is FieldSource { Reference.Field: var field } && (field.Traits & FieldTraits.Distance) != 0
            ? CheckOperator.LessOrEqual
            : check.Operator;

    private bool IsTerminatedBuffer(CheckOperator op, ValueSource source) =>
        _options.Semantics == FilterSemantics.Reference && source.HasTerminators && ValueClasses.Of(source.Type) == ValueClass.Bytes
        && op is CheckOperator.Equal or CheckOperator.NotEqual or CheckOperator.In or CheckOperator.Intersects or CheckOperator.EndsWith;

    private static bool HasCandidates(ValueSource source) => source is FieldSource { Reference.Field.Match: not null };

    /// <summary>The reference looks at the first network only for fields of both endpoints.</summary>
    private string[] FirstNetworks(ValueSource source, string[] constants, SourcePosition position)
    {
        if (constants.Length < 2 || _options.Semantics != FilterSemantics.Reference) return constants;
        if (source is not FieldSource { Reference.Field: var field } || (field.Traits & FieldTraits.FirstConstantOnly) == 0) return constants;
        _warnings.Add(new FilterWarning(FilterWarningKind.FirstNetworkOnly, $"'{field.Name}' is compared with the first network of the list only: {constants[0]}", position));
        return constants[..1];
    }

    private NeverTest TerminatedElements(CheckNode check, string[] constants, SourcePosition position)
    {
        if (constants.Length > 0) WarnNeverEqual(check.Left, position);
        return NeverTest.Instance;
    }

    private void WarnNeverEqual(Expression transformed, SourcePosition position) => _warnings.Add(new FilterWarning(FilterWarningKind.TransformedListNeverEqual,
        $"what '{transformed}' gives keeps a terminating byte and equals nothing here", position));

    private PredicateNode Predicate(ValueSource source, ValueTest test, CheckOperator op)
    {
        if (source is FieldSource { Reference.Field: var field } && (field.Traits & FieldTraits.Distance) != 0 && op != CheckOperator.Equal) return ConstantPredicate.False;
        if (source is not FieldSource { Reference: { Field.Match: not null } reference }) return new CheckPredicate(source, test);
        // Fields of both endpoints have no meaning for intersects, though the check of operators lets it pass.
        if (op == CheckOperator.Intersects && ValueClasses.Of(source.Type) is ValueClass.Address or ValueClass.Network) return ConstantPredicate.False;
        return new CandidatesPredicate(reference, test, op == CheckOperator.NotEqual);
    }

    private readonly record struct CompiledCheck(PredicateNode Predicate, FilterWarning[] Warnings, NamedHost[] Hosts);
}
