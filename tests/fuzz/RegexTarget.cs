using System.Text;
using Peregrine.Filters;

namespace Peregrine.Fuzz;

/// <summary>Regular expressions: the first line is the pattern, the rest what it is held against, as it is and a thousand times over.</summary>
internal sealed class RegexTarget : FuzzTarget
{
    private const int LongText = 1 << 20;

    private static readonly string[] Patterns =
    [
        "(a*)*b\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", "(a|a)*$\naaaa", "(.*)*(.*)*x\nyyyy", "((a{1,100}){1,10})\naaaaaa", "[^a-z\\n[:digit:]]+\nABC", "^(/usr|/opt)/[A-Za-z0-9._-]+\\.so(\\.[0-9]+)*$\n/usr/lib.so.1",
        "\\x{10ffff}|\\101|\\x41\n\u00e9", "(a?){50}a{50}\naaaaaaaaaaaaaaaaaaaaaaaaa", "()*|(|)+\n", "[]a-]|[^]]\n]", "é+|[а-я]*\nпривет", "(((((x*)*)*)*)*)*y\nxxxxxxxxxxxxxxxxx", "a{2,}{3}\naaaaaaa",
    ];

    public override string Name => "regex";

    public override IReadOnlyList<string> Words { get; } =
        ["(", ")", "[", "]", "[^", "[:alpha:]", "[:^space:]", "{1,2}", "{1000}", "{1001}", "{2,}", "{,2}", "*", "+", "?", "|", "^", "$", ".", "\\", "\\x41", "\\x{10ffff}", "\\101", "\\d", "\\b", "\\Q", "(?:", "(?i)", "-", "a-z", "é", "\n", "aaaaaaaa", ".*"];

    public override IReadOnlyList<(string Open, string Close)> Nests { get; } = [("(", ")"), ("(", ")*"), ("(", "){1,2}"), ("(a|", ")"), ("[", "]"), ("(", ")?")];

    public override IEnumerable<byte[]> Seeds(FuzzCorpus corpus) => Patterns.Select(Encoding.UTF8.GetBytes);

    public override string Run(byte[] input)
    {
        var end = input.AsSpan().IndexOf((byte)'\n');
        var pattern = Encoding.UTF8.GetString(end < 0 ? input : input.AsSpan(0, end));
        PosixRegex regex;
        try
        {
            regex = PosixRegex.Compile(pattern);
        }
        catch (FilterException e)
        {
            return Kind(e.Message);
        }
        var text = end < 0 ? [] : input.AsSpan(end + 1);
        var answer = regex.Matches(text);
        Must(regex.Matches(text) == answer, "the same text must get the same answer");
        if (text.IsEmpty) return $"empty {answer}";
        var many = new byte[LongText];
        for (var at = 0; at < many.Length; at += text.Length) text[..Math.Min(text.Length, many.Length - at)].CopyTo(many.AsSpan(at));
        return $"{answer} {regex.Matches(many)} {pattern.Length / 16}";
    }
}
