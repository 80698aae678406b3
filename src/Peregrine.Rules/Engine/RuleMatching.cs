namespace Peregrine.Rules;

/// <summary>How many rules one event may match.</summary>
public enum RuleMatching : byte
{
    /// <summary>The first that matches ends the search.</summary>
    First,
    All,
}
