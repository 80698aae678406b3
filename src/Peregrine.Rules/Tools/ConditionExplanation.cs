using System.Globalization;
using System.Text;
using Peregrine.Filters;
using Peregrine.State;

namespace Peregrine.Rules;

/// <summary>A part of a condition with what it was for an event.</summary>
/// <param name="Text">The part: an operator that joins others, a macro's name, or a check.</param>
/// <param name="Holds">Whether it was true.</param>
/// <param name="Value">The value of the check's field, where it has one.</param>
/// <param name="Parts">What it consists of.</param>
public sealed record ExplainedPart(string Text, bool Holds, string? Value, IReadOnlyList<ExplainedPart> Parts);

/// <summary>Explains a rule's condition for events: why did it match, or why not. For tools; it evaluates every part, also those that the engine would skip.</summary>
public sealed class ConditionExplanation
{
    private readonly Part _root;

    private ConditionExplanation(Part root) => _root = root;

    private sealed record Part(string Text, CompiledFilter Filter, OutputFormat? Value, IReadOnlyList<Part> Parts);

    /// <summary>Null when no loaded rule has the name.</summary>
    public static ConditionExplanation? Of(RuleLoader loader, string rule)
    {
        ArgumentNullException.ThrowIfNull(loader);
        if (loader.Compiled?.Rules.FirstOrDefault(r => r.Rule.Name == rule) is not { } compiled) return null;
        return new(new Builder(loader, compiled).Root());
    }

    public ExplainedPart Explain(ref EventContext context, EvaluationScratch scratch) => Explain(_root, ref context, scratch);

    /// <summary>The parts as lines, each below what it belongs to; of a true part only what made it true is followed, unless everything is asked for.</summary>
    public static string Write(ExplainedPart part, bool everything = true)
    {
        ArgumentNullException.ThrowIfNull(part);
        var text = new StringBuilder();
        Write(text, part, 0, everything);
        return text.ToString();
    }

    private static void Write(StringBuilder text, ExplainedPart part, int level, bool everything)
    {
        text.Append(' ', level * 2).Append(part.Holds ? "✓ " : "✗ ").Append(part.Text);
        if (part.Value is not null) text.Append(CultureInfo.InvariantCulture, $"    ({part.Value})");
        text.Append('\n');
        var decisive = part.Text is "and" or "or" && !everything ? part.Parts.Where(p => p.Holds == part.Holds) : part.Parts;
        foreach (var inner in decisive) Write(text, inner, level + 1, everything);
    }

    private static ExplainedPart Explain(Part part, ref EventContext context, EvaluationScratch scratch)
    {
        var parts = new List<ExplainedPart>(part.Parts.Count);
        foreach (var inner in part.Parts) parts.Add(Explain(inner, ref context, scratch));
        string? value = null;
        if (part.Value is not null)
        {
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            part.Value.TryFormat(ref context, scratch, buffer);
            value = Encoding.UTF8.GetString(buffer.WrittenSpan);
        }
        return new(part.Text, part.Filter.Matches(ref context, scratch), value, parts);
    }

    /// <summary>Compiles each part on its own, with the macros still by name.</summary>
    private sealed class Builder(RuleLoader loader, CompiledRule rule)
    {
        private readonly FieldCatalog _fields = loader.Fields(rule.Rule.Source);
        private readonly FilterOptions _options = FilterSetup.Of(loader.Options);
        private readonly ListReplacement _lists = new(loader.Compiled!.Lists.All, loader.Options.Semantics);

        public Part Root()
        {
            var definition = rule.Definition;
            var text = definition.Exceptions.Count > 0
                ? ExceptionCondition.Build(definition.Condition, definition.Exceptions, new SortedSet<string>(StringComparer.Ordinal))
                : definition.Condition;
            return Node(Parse(text, definition.Context));
        }

        private ConditionNode Parse(string condition, LoadContext context) => ConditionParser.Parse(_lists.Apply(condition, context, static _ => { }));

        private Part Node(ConditionNode node) => node switch
        {
            AndNode and => new("and", Compile(node), null, [.. and.Children.Select(Node)]),
            OrNode or => new("or", Compile(node), null, [.. or.Children.Select(Node)]),
            NotNode not => new("not", Compile(node), null, [Node(not.Child)]),
            IdentifierNode identifier => Macro(identifier),
            CheckNode check => new(ConditionPrinter.Print(check), Compile(check), Value(check.Left), []),
            _ => new(ConditionPrinter.Print(node), Compile(node), null, []),
        };

        private Part Macro(IdentifierNode identifier)
        {
            var macro = loader.Compiled!.Macros.Find(identifier.Name)!;
            var inner = Node(Parse(macro.Definition.Condition, macro.Definition.Context));
            return new(identifier.Name, inner.Filter, null, [inner]);
        }

        private CompiledFilter Compile(ConditionNode node)
        {
            var whole = new MacroExpansion(loader.Compiled!.Macros).Resolve(node, "", rule.Definition.Context);
            return new FilterCompiler(_fields, _options).Compile(whole);
        }

        private OutputFormat? Value(Expression left)
        {
            try
            {
                return OutputFormat.Compile("*%" + ConditionPrinter.Print(left), _fields);
            }
            catch (FilterException)
            {
                return null;
            }
        }
    }
}
