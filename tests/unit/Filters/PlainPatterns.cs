namespace Peregrine.UnitTests.Filters;

/// <summary>Patterns for <see cref="PlainEvaluator"/>, by trying everything.</summary>
internal static class PlainPatterns
{
    public static bool Regex(string pattern, string text) => System.Text.RegularExpressions.Regex.IsMatch(text, $@"\A(?:{pattern})\z");

    public static bool Glob(string pattern, string text)
    {
        if (pattern.Length == 0) return text.Length == 0;
        if (pattern[0] == '*') return Enumerable.Range(0, text.Length + 1).Any(i => Glob(pattern[1..], text[i..]));
        return text.Length > 0 && (pattern[0] == '?' || pattern[0] == text[0]) && Glob(pattern[1..], text[1..]);
    }

    public static string[] Components(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether one of the paths begins the other. Of paths that go on differently, those with the plain component are followed, else those with the first pattern that fits.</summary>
    public static bool PathMatch(string[][] paths, string[] path)
    {
        if (paths.Any(p => p.Length == 0)) return true;
        if (path.Length == 0) return false;
        var heads = paths.Select(p => p[0]).ToArray();
        var head = heads.FirstOrDefault(h => !IsPattern(h) && h == path[0]) ?? heads.FirstOrDefault(h => IsPattern(h) && Glob(h, path[0]));
        return head is not null && PathMatch([.. paths.Where(p => p[0] == head).Select(p => p[1..])], path[1..]);
    }

    private static bool IsPattern(string component) => component.AsSpan().IndexOfAny('*', '?', '[') >= 0;
}
