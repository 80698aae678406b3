namespace Peregrine.State;

/// <summary>Lists of strings as events carry them: each ends with a NUL, the last one too.</summary>
internal static class Vectors
{
    /// <summary>Without the NUL after the last element: the form that entries keep.</summary>
    public static ReadOnlySpan<byte> WithoutEnd(ReadOnlySpan<byte> vector) => vector.Length > 0 && vector[^1] == 0 ? vector[..^1] : vector;
}
