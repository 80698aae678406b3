namespace Peregrine.Filters;

/// <summary>A place in a condition's text. All three count UTF-8 bytes, as the reference does: a CRLF counts as two lines.</summary>
/// <param name="Offset">From 0.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
public readonly record struct SourcePosition(int Offset, int Line, int Column)
{
    public static SourcePosition Start { get; } = new(0, 1, 1);
}
