namespace Peregrine.Filters;

/// <summary>
/// A shell pattern as <c>fnmatch(3)</c> without flags takes it: <c>*</c> (slashes and leading dots too), <c>?</c>, <c>[set]</c>, <c>[!set]</c>, backslash.
/// Matching takes time in proportion to pattern × text at worst: after a mismatch only the last star is tried again.
/// </summary>
/// <remarks>Bytes are compared, as in the C locale.</remarks>
internal sealed class GlobPattern
{
    private readonly Element[] _elements;
    private readonly bool _ignoreCase;

    public GlobPattern(ReadOnlySpan<byte> pattern, bool ignoreCase = false)
    {
        _ignoreCase = ignoreCase;
        var elements = new List<Element>();
        for (var i = 0; i < pattern.Length;) elements.Add(Next(pattern, ref i));
        _elements = [.. elements];
    }

    /// <summary>Whether the pattern has a sign that stands for more than itself.</summary>
    public static bool IsPattern(ReadOnlySpan<byte> text) => text.IndexOfAny((byte)'*', (byte)'?', (byte)'[') >= 0;

    public bool Matches(ReadOnlySpan<byte> text)
    {
        var elements = _elements;
        var (at, element) = (0, 0);
        var (starElement, starAt) = (-1, 0);
        while (true)
        {
            if (element < elements.Length && elements[element].Kind == ElementKind.Star)
            {
                (starElement, starAt) = (element++, at);
                continue;
            }
            if (at == text.Length)
            {
                if (element == elements.Length) return true;
                return false;
            }
            if (element < elements.Length && elements[element].Matches(text[at], _ignoreCase))
            {
                at++;
                element++;
                continue;
            }
            if (starElement < 0) return false;
            at = ++starAt;
            element = starElement + 1;
        }
    }

    private Element Next(ReadOnlySpan<byte> pattern, ref int i)
    {
        var c = pattern[i++];
        switch (c)
        {
            case (byte)'*':
                return new Element(ElementKind.Star, 0, null);
            case (byte)'?':
                return new Element(ElementKind.Any, 0, null);
            case (byte)'[' when GlobSet.TryRead(pattern, ref i, _ignoreCase) is { } set:
                return new Element(ElementKind.Set, 0, set);
            case (byte)'\\':
                // A backslash at the end escapes nothing and matches nothing.
                return i < pattern.Length ? Literal(pattern[i++]) : new Element(ElementKind.Set, 0, new bool[256]);
            default:
                return Literal(c);
        }
    }

    private Element Literal(byte c) => new(ElementKind.Literal, _ignoreCase ? GlobSet.Fold(c) : c, null);

    private enum ElementKind : byte
    {
        Literal,
        Any,
        Set,
        Star,
    }

    private readonly record struct Element(ElementKind Kind, byte Byte, bool[]? Set)
    {
        public bool Matches(byte c, bool ignoreCase) => Kind switch
        {
            ElementKind.Any => true,
            ElementKind.Set => Set![c],
            _ => (ignoreCase ? GlobSet.Fold(c) : c) == Byte,
        };
    }
}
