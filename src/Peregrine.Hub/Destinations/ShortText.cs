namespace Peregrine.Hub.Destinations;

/// <summary>Keeps to the limits of services by shortening, with a mark where something is missing.</summary>
internal static class ShortText
{
    private const string Mark = "…";

    /// <summary>The text, or its beginning with a mark, in at most this many characters; a character of two units is not torn.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most) return text;
        var end = most - Mark.Length;
        if (end > 0 && char.IsHighSurrogate(text[end - 1])) end--;
        return text[..Math.Max(0, end)] + Mark;
    }

    /// <summary>Rows as far as they fit together; a last one says how many are missing.</summary>
    public static IEnumerable<(string Title, string Value)> Within(IEnumerable<(string Title, string Value)> rows, int mostCharacters, int mostRows = int.MaxValue, int mostValue = 2000)
    {
        var all = rows.ToList();
        var used = 0;
        for (var i = 0; i < all.Count; i++)
        {
            var value = Cut(all[i].Value, mostValue);
            used += all[i].Title.Length + value.Length;
            var isLastRow = i == mostRows - 1 && all.Count > mostRows;
            if (used > mostCharacters || isLastRow)
            {
                yield return (Mark, $"{all.Count - i} more");
                yield break;
            }
            yield return (all[i].Title, value);
        }
    }
}
