namespace Peregrine.Rules;

/// <summary>A list with its items as they are put into conditions.</summary>
internal sealed class CompiledList(ListItem definition, List<string> items)
{
    private string? _replacement;

    public ListItem Definition { get; } = definition;

    public string Name => Definition.Name;

    public List<string> Items { get; } = items;

    public bool IsUsed { get; set; }

    /// <summary>The text that stands for the list's name.</summary>
    public string Replacement => _replacement ??= QuotedItems.Join(Items);
}

/// <summary>All lists, each with the lists that it names put in: one level deep, because only what was defined before is looked at, as it was written.</summary>
internal sealed class ListTable
{
    private readonly List<CompiledList> _lists = [];

    public ListTable(DefinedItems<ListItem> definitions)
    {
        var byName = new Dictionary<string, CompiledList>(StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        long total = 0;
        foreach (var definition in definitions.All)
        {
            var items = new List<string>(definition.Items.Count);
            foreach (var item in definition.Items)
            {
                if (definitions.Find(item) is { } other && other.Index < definition.Visibility)
                {
                    used.Add(other.Name);
                    total += other.Items.Count;
                    CheckTotal(total, definition);
                    items.AddRange(other.Items);
                }
                else
                {
                    total++;
                    items.Add(item);
                }
            }
            CheckTotal(total, definition);
            var list = new CompiledList(definition, items);
            byName[definition.Name] = list;
            _lists.Add(list);
        }
        foreach (var name in used) byName[name].IsUsed = true;
    }

    public IReadOnlyList<CompiledList> All => _lists;

    private static void CheckTotal(long total, ListItem list)
    {
        if (total > CompileLimits.MaxListItems)
            throw new LoadException(LoadErrorCode.Validate, $"The lists have more than {CompileLimits.MaxListItems} items after they were put into each other", list.Context);
    }
}
