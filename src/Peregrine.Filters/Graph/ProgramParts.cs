namespace Peregrine.Filters;

/// <summary>Takes the conditions of a program apart: the terms that they share, and the tables of necessary values.</summary>
internal sealed class ProgramParts
{
    /// <summary>A table must be able to rule out as many conditions.</summary>
    private const int WorthATable = 2;

    /// <summary>More tables are not kept track of while an event is matched.</summary>
    private const int MostTables = 64;

    /// <param name="conditions">The conditions in order, each with what is left of it for the type.</param>
    /// <param name="evaluators">Evaluates the terms.</param>
    /// <param name="necessary">What the terms cannot do without.</param>
    /// <param name="usesDescriptor">Whether the events use a descriptor that was there before.</param>
    public ProgramParts(IReadOnlyList<(int Number, GraphNode Residue)> conditions, GraphEvaluators evaluators, NecessaryKeys necessary, bool usesDescriptor)
    {
        Words = TypeProgram.WordsFor(conditions.Count);
        Numbers = new int[conditions.Count];
        for (var i = 0; i < Numbers.Length; i++) Numbers[i] = conditions[i].Number;
        var steps = new List<int>[conditions.Count];
        for (var i = 0; i < steps.Length; i++) steps[i] = [];
        var tables = new List<KeyTable>();
        var processTables = new List<KeyTable>();
        foreach (var wanted in Wanted(conditions, necessary))
        {
            var table = new KeyTable(wanted, Words);
            if (table.IsOfProcess)
            {
                processTables.Add(table);
            }
            else if (tables.Count < MostTables)
            {
                foreach (var (condition, _) in wanted) steps[condition].Add(tables.Count);
                if (table.IsOfDescriptor) DescriptorTables |= 1UL << tables.Count;
                tables.Add(table);
            }
        }
        (Tables, ProcessTables) = ([.. tables], [.. processTables]);
        Terms = TakeTerms(conditions, evaluators, steps, usesDescriptor);
        Steps = [.. steps.Select(static s => s.ToArray())];
    }

    public int Words { get; }

    /// <summary>The conditions' numbers in the set.</summary>
    public int[] Numbers { get; }

    /// <summary>Tables over fields that differ from event to event.</summary>
    public KeyTable[] Tables { get; }

    /// <summary>Tables over fields of the process.</summary>
    public KeyTable[] ProcessTables { get; }

    /// <summary>Those of <see cref="Tables"/> that are over fields of the descriptor, a bit for each.</summary>
    public ulong DescriptorTables { get; }

    public TypeProgram.Term[] Terms { get; }

    /// <summary>For each condition its steps: numbers of tables, then of terms, which are counted on from the tables.</summary>
    public int[][] Steps { get; }

    /// <summary>The terms that are left of a condition: none when it always holds.</summary>
    public static GraphNode[] TermsOf(GraphNode residue) => residue.Kind switch
    {
        GraphKind.True => [],
        GraphKind.All => residue.Children,
        _ => [residue],
    };

    private static IEnumerable<List<(int Condition, KeySet Keys)>> Wanted(IReadOnlyList<(int Number, GraphNode Residue)> conditions, NecessaryKeys necessary)
    {
        var byFields = new SortedDictionary<string, List<(int, KeySet)>>(StringComparer.Ordinal);
        for (var i = 0; i < conditions.Count; i++)
            foreach (var keys in necessary.Of(conditions[i].Residue))
            {
                if (!byFields.TryGetValue(keys.Fields, out var list)) byFields.Add(keys.Fields, list = []);
                list.Add((i, keys));
            }
        return byFields.Values.Where(static list => list.Count >= WorthATable);
    }

    private TypeProgram.Term[] TakeTerms(IReadOnlyList<(int Number, GraphNode Residue)> conditions, GraphEvaluators evaluators, List<int>[] steps, bool usesDescriptor)
    {
        var numbers = new Dictionary<GraphNode, int>(ReferenceEqualityComparer.Instance);
        var terms = new List<(GraphNode Node, ConditionMask Mask)>();
        for (var i = 0; i < conditions.Count; i++)
            foreach (var node in TermsOf(conditions[i].Residue))
            {
                if (!numbers.TryGetValue(node, out var number))
                {
                    numbers.Add(node, number = terms.Count);
                    terms.Add((node, new ConditionMask()));
                }
                terms[number].Mask.Add(i);
                steps[i].Add(Tables.Length + number);
            }
        // Terms take their mask as it is now.
        return [.. terms.Select(t => new TypeProgram.Term(evaluators.Get(t.Node, usesDescriptor), t.Mask, t.Node.IsOfProcess, t.Node.IsOfDescriptor, GraphEvaluators.CostOf(t.Node)))];
    }
}
