namespace Peregrine.UnitTests.Filters;

/// <summary>How many random cases a property is tried with.</summary>
internal static class PropertyPairs
{
    /// <summary>Pairs of condition and event, or trees to print; <c>PEREGRINE_PROPERTY_PAIRS</c> sets another number.</summary>
    public static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("PEREGRINE_PROPERTY_PAIRS"), out var given) ? given : 100_000;
}
