namespace Peregrine.Rules;

/// <summary>How far texts and trees may grow. Lists and macros that name each other multiply, so a small file could ask for any amount of memory.</summary>
internal static class CompileLimits
{
    /// <summary>Characters of a condition after its lists were put in: far more than 100,000 elements need.</summary>
    public const int MaxConditionLength = 16 * 1024 * 1024;

    /// <summary>Checks of a condition after its macros were put in.</summary>
    public const int MaxConditionChecks = 1_000_000;

    /// <summary>Levels of a condition after its macros were put in. Everything that walks a condition recurses this deep.</summary>
    public const int MaxConditionDepth = 1000;

    /// <summary>Elements of all lists together after they were put into each other.</summary>
    public const int MaxListItems = 10_000_000;
}
