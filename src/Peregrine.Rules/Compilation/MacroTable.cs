using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>A macro with its parsed condition; after it was resolved, without names of other macros.</summary>
internal sealed class CompiledMacro(MacroItem definition, ConditionNode condition)
{
    public MacroItem Definition { get; } = definition;

    public string Name => Definition.Name;

    public ConditionNode Condition { get; set; } = condition;

    /// <summary>Checks and levels of the condition, once it is resolved.</summary>
    public long Checks { get; set; }

    public int Depth { get; set; }

    public bool IsResolved { get; set; }

    public bool IsUsed { get; set; }
}

/// <summary>All macros, in the order of their definitions.</summary>
internal sealed class MacroTable
{
    private readonly List<CompiledMacro> _macros = [];
    private readonly Dictionary<string, CompiledMacro> _byName = new(StringComparer.Ordinal);

    public IReadOnlyList<CompiledMacro> All => _macros;

    public CompiledMacro? Find(string name) => _byName.GetValueOrDefault(name);

    public void Add(CompiledMacro macro)
    {
        _macros.Add(macro);
        _byName[macro.Name] = macro;
    }
}
