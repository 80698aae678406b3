namespace Peregrine.Filters;

/// <summary>A pattern that is refused; the message is RE2's, with the offending part behind a colon.</summary>
internal sealed class RegexSyntaxException(string message) : Exception(message)
{
    public RegexSyntaxException(string what, string part)
        : this(part.Length == 0 ? what : $"{what}: {part}")
    {
    }
}
