namespace Peregrine.Filters;

/// <summary>
/// The <c>regex</c> operator: RE2's POSIX syntax over UTF-8, matching whole texts in linear time and bounded memory. Bytes that are not UTF-8 match nothing, not even the dot.
/// </summary>
internal sealed class PosixRegex
{
    private readonly RegexAutomaton _automaton;

    private PosixRegex(RegexProgram program) => _automaton = new RegexAutomaton(program);

    /// <exception cref="FilterException">The pattern is refused; the message says why, in RE2's words.</exception>
    public static PosixRegex Compile(string pattern)
    {
        try
        {
            return new PosixRegex(RegexProgram.Compile(RegexParser.Parse(pattern)));
        }
        catch (RegexSyntaxException e)
        {
            throw new FilterException($"invalid regex pattern: {e.Message}", e);
        }
    }

    public bool Matches(ReadOnlySpan<byte> text) => _automaton.Matches(text);
}
