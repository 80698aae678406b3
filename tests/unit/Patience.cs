namespace Peregrine.UnitTests;

/// <summary>How long tests wait before they take something for endless. No measure of speed: what grows with the square of hostile input would take hours.</summary>
internal static class Patience
{
    public static TimeSpan WithHostileInput { get; } = TimeSpan.FromMinutes(5);
}
