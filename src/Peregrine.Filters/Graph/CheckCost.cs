using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>What a check costs, roughly: in units of a comparison of two numbers, from measurements of extracting and comparing on one machine. Decides the order of asking only.</summary>
internal static class CheckCost
{
    /// <summary>Sums stay below it.</summary>
    public const int Most = 1_000_000;

    private const int Number = 1;
    private const int PlainText = 3;
    private const int ComposedText = 10;
    private const int List = 12;
    private const int Pattern = 8;
    private const int Automaton = 30;
    private const int Ancestors = 15;
    private const int Other = 10;

    /// <summary>Texts that stand somewhere as they are; all other texts are put together for each event.</summary>
    private static readonly HashSet<string> StandingTexts = new(StringComparer.Ordinal)
    {
        "proc.name", "proc.exe", "proc.exepath", "proc.cwd", "container.id", "container.name", "fd.name", "fd.typechar", "fd.type", "fd.directory", "fd.filename", "evt.type", "proc.pname", "fd.l4proto",
        "fd.nameraw",
    };

    public static int Of(PredicateNode check) => check switch
    {
        CheckPredicate single => Source(single.Source) + Test(single.Test),
        CandidatesPredicate candidates => (candidates.Scope == FieldScope.Lineage ? Ancestors : PlainText) + Test(candidates.Test),
        ComparisonPredicate => 2 * ComposedText,
        _ => Other,
    };

    private static int Source(ValueSource source)
    {
        if (source is not FieldSource { Reference.Field: var field }) return 2 * ComposedText;
        if (field.IsList) return List;
        if (ValueClasses.Of(field.Type) is not (ValueClass.Text or ValueClass.Bytes)) return Number;
        return StandingTexts.Contains(field.Name) ? PlainText : ComposedText;
    }

    private static int Test(ValueTest test) => test switch
    {
        NumberTest or AlwaysTest or NeverTest => Number,
        BytesEqualTest or BytesNotEqualTest or BytesStartTest or BytesEndTest => Number,
        BytesInTest or NumberInTest or BytesContainTest => PlainText,
        TextRegexTest => Automaton,
        _ => Pattern,
    };
}
