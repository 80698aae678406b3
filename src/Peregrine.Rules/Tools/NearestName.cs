namespace Peregrine.Rules;

/// <summary>Finds what someone will have meant by a name that does not exist.</summary>
public static class NearestName
{
    /// <summary>Longer names are not compared; nobody mistypes them letter by letter.</summary>
    private const int MaxLength = 100;

    /// <summary>The closest names, best first, at most three: few changes away, or with the name inside them.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        if (name.Length is 0 or > MaxLength) return [];
        var allowed = Math.Max(1, name.Length / 3);
        return [.. known
            .Where(k => k.Length <= MaxLength && k != name)
            .Distinct(StringComparer.Ordinal)
            .Select(k => (Name: k, Distance: Distance(name, k)))
            .Where(k => k.Distance <= allowed || (name.Length > 3 && k.Name.Contains(name, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(static k => k.Distance).ThenBy(static k => k.Name, StringComparer.Ordinal)
            .Select(static k => k.Name).Take(3)];
    }

    /// <summary>Letters to change, add, drop or swap with their neighbour; case does not count.</summary>
    private static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = Same(a[i - 1], b[j - 1]);
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
