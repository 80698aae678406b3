using System.Text;
using Peregrine.Filters;
using Peregrine.Filters.Fields;

namespace Peregrine.Fuzz;

/// <summary>The parser of conditions, and what takes its trees: the printer, the compiler, the inference of event types. The same text is read as an output format.</summary>
internal sealed class ParserTarget : FuzzTarget
{
    private static readonly FieldCatalog Fields = new([.. SyscallFields.All, .. ContainerFields.All]);

    public override string Name => "parser";

    public override IReadOnlyList<string> Words => ConditionWords.All;

    public override IReadOnlyList<(string Open, string Close)> Nests { get; } =
        [("(", ")"), ("not(", ")"), ("not ", ""), ("a and (", ")"), ("tolower(", ")"), ("join(a.b, (", "))"), ("concat(a.b, ", ")"), ("val(", ")"), ("(a or ", ")"), ("[", "]"), ("\"", "\"")];

    public override IEnumerable<byte[]> Seeds(FuzzCorpus corpus) => ConditionWords.Seeds(corpus);

    public override string Run(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        return Condition(text) + "|" + Output(text);
    }

    private static string Condition(string text)
    {
        ConditionNode tree;
        try
        {
            tree = ConditionParser.Parse(text, out var end);
            Must(end.Offset == Encoding.UTF8.GetByteCount(text), "a condition must be read to its end");
        }
        catch (ConditionSyntaxException e)
        {
            Must(e.Offset >= 0 && e.Offset <= Encoding.UTF8.GetByteCount(text), "the place of an error lies in the text");
            return Kind(e.Message);
        }
        var printed = ConditionPrinter.PrintSource(tree);
        Must(ConditionPrinter.PrintSource(ConditionParser.Parse(printed)) == printed, "what is printed must read as the same tree");
        return $"{Compiled(tree)} {Inferred(tree)}";
    }

    private static string Compiled(ConditionNode tree)
    {
        try
        {
            var compiler = new FilterCompiler(Fields);
            return compiler.Compile(tree).Scope.ToString() + compiler.Warnings.Count;
        }
        catch (FilterException e)
        {
            return Kind(e.Message);
        }
    }

    private static string Inferred(ConditionNode tree)
    {
        try
        {
            return EventTypeInference.Infer(tree).Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (FilterException e)
        {
            return Kind(e.Message);
        }
    }

    private static string Output(string text)
    {
        try
        {
            OutputFormat.Compile(text, Fields);
            return "";
        }
        catch (FilterException e)
        {
            return Kind(e.Message);
        }
    }
}
