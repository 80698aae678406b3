using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Peregrine.Filters;
using Xunit;

namespace Peregrine.UnitTests.Filters;

public sealed class PosixRegexTests
{
    [Theory]
    [InlineData("a(b", "missing ): a(b")]
    [InlineData("a)b", "unexpected ): a)b")]
    [InlineData("*a", "no argument for repetition operator: *")]
    [InlineData("a|+b", "no argument for repetition operator: +")]
    [InlineData("(?:a)", "no argument for repetition operator: ?")]
    [InlineData("a{2,1}", "invalid repetition size: {2,1}")]
    [InlineData("a{1001}", "invalid repetition size: {1001}")]
    [InlineData("(a{100}){100}", "invalid repetition size: {100}")]
    [InlineData("[a", "missing ]: [a")]
    [InlineData("x[]", "missing ]: []")]
    [InlineData("[b-a]", "invalid character class range: b-a")]
    [InlineData("[a-c-e]", "invalid character class range: -e")]
    [InlineData("[[:foo:]]", "invalid character class range: [:foo:]")]
    [InlineData("\\d+", "invalid escape sequence: \\d")]
    [InlineData("(a)\\1", "invalid escape sequence: \\1")]
    [InlineData("\\bword", "invalid escape sequence: \\b")]
    [InlineData("\\pL", "invalid escape sequence: \\p")]
    [InlineData("\\x{110000}", "invalid escape sequence: \\x{110000")]
    [InlineData("a\\", "trailing \\")]
    public void What_re2_refuses_is_refused_with_its_words(string pattern, string message) =>
        Assert.Equal("invalid regex pattern: " + message, Assert.Throws<FilterException>(() => PosixRegex.Compile(pattern)).Message);

    [Theory]
    [InlineData("", "", true)]
    [InlineData("a", "ab", false)]
    [InlineData("^a$", "a", true)]
    [InlineData("a|bc", "bc", true)]
    [InlineData("a{2,}b", "aaab", true)]
    [InlineData("a{0}b", "b", true)]
    [InlineData("a**?+", "aaa", true)]
    [InlineData("{a", "{a", true)]
    [InlineData("a{,2}", "a{,2}", true)]
    [InlineData("a{01}", "a{01}", true)]
    [InlineData("[]a]+", "]a", true)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[[:alpha:][:digit:]_]+", "aZ_9", true)]
    [InlineData("[[:^alpha:]]", "é", true)]
    [InlineData("[^a]", "\n", true)]
    [InlineData(".", "\n", false)]
    [InlineData(".", "é", true)]
    [InlineData("..", "é", false)]
    [InlineData("[à-ü]", "é", true)]
    [InlineData(".", "😀", true)]
    [InlineData("\\x41\\101\\x{1F600}\\n", "AA😀\n", true)]
    [InlineData("a\n^b", "a\nb", true)]
    [InlineData("a$\nb", "a\nb", true)]
    [InlineData("a^b", "ab", false)]
    [InlineData("(^|x)a", "xa", true)]
    [InlineData("a($|b)", "ab", true)]
    [InlineData("()*", "", true)]
    [InlineData("(a|)(b|)", "b", true)]
    public void The_whole_text_must_match(string pattern, string text, bool expected) =>
        Assert.Equal(expected, PosixRegex.Compile(pattern).Matches(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Bytes_that_are_not_utf8_match_nothing()
    {
        Assert.False(PosixRegex.Compile(".*").Matches([(byte)'a', 0xff]));
        Assert.False(PosixRegex.Compile("[^a]").Matches([0xc3]));
        Assert.False(PosixRegex.Compile("a\\xffb").Matches([(byte)'a', 0xff, (byte)'b']));
    }

    [Fact]
    public void Random_patterns_agree_with_another_engine()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 3_000; i++)
        {
            var pattern = Pattern(random, 3);
            var ours = PosixRegex.Compile(pattern);
            var other = new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.Multiline);
            for (var t = 0; t < 20; t++)
            {
                var text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => "abcé\n"[random.Next(5)]));
                Assert.True(other.IsMatch(text) == ours.Matches(Encoding.UTF8.GetBytes(text)), $"seed {seed}: {pattern} on {text}");
            }
        }
    }

    [Theory]
    [InlineData("(a*)*b")]
    [InlineData("(a|aa)+b")]
    [InlineData("(a|a?)+b")]
    [InlineData("(.*.*.*.*)*x")]
    [InlineData("(a{0,30}){30}b")]
    [InlineData("[ab]*a[ab]{14}c")]
    public void Patterns_that_explode_elsewhere_take_linear_time(string pattern)
    {
        var text = new byte[1_000_000];
        new Random(1).NextBytes(text);
        for (var i = 0; i < text.Length; i++) text[i] = (byte)('a' + (text[i] & 1));
        var regex = PosixRegex.Compile(pattern);
        var time = Stopwatch.StartNew();
        Assert.False(regex.Matches(text));
        Assert.True(time.Elapsed < Patience.WithHostileInput, $"{time.Elapsed}");
    }

    [Fact]
    public void Hostile_patterns_are_refused_in_bounded_memory_and_time()
    {
        string[] hostile =
        [
            new string('(', 10_000_000),
            string.Concat(Enumerable.Repeat("(a|", 100_000)) + new string(')', 100_000),
            new string('a', 10_000_000),
            "[^" + string.Concat(Enumerable.Repeat("(a:[:^af(", 1_000_000)),
            "((((((a{10}){10}){10}){10}){10}){10})",
            string.Concat(Enumerable.Repeat("(.{0,999})", 500)),
            string.Concat(Enumerable.Repeat("[^\\x{10000}]{1000}", 100)),
            new string('(', 5_000) + new string(')', 5_000),
            "a" + new string('{', 1_000_000),
        ];
        foreach (var pattern in hostile) Assert.Throws<FilterException>(() => PosixRegex.Compile(pattern));
        // Much, but bounded.
        Assert.True(PosixRegex.Compile("a" + new string('*', 90_000)).Matches("aaa"u8));
        Assert.True(PosixRegex.Compile(string.Concat(Enumerable.Repeat("a{1}{1}?", 10_000))).Matches("aaa"u8));
    }

    [Fact]
    public void Random_texts_as_patterns_never_do_worse_than_an_error()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var pattern = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "ab()[]{}|*+?.^$\\-:,01xé"[random.Next(23)]));
            try
            {
                PosixRegex.Compile(pattern).Matches("abab(é"u8);
            }
            catch (FilterException e)
            {
                Assert.StartsWith("invalid regex pattern: ", e.Message);
            }
        }
    }

    private static string Pattern(Random random, int depth) => random.Next(depth > 0 ? 11 : 5) switch
    {
        0 => "a",
        1 => "é",
        2 => ".",
        3 => "[^b]",
        4 => "[a-cé]",
        5 => $"({Pattern(random, depth - 1)}|{Pattern(random, depth - 1)})",
        6 => $"({Pattern(random, depth - 1)})*",
        7 => $"({Pattern(random, depth - 1)}){{{random.Next(2)},{random.Next(2, 4)}}}",
        8 => random.Next(2) == 0 ? "^" + Pattern(random, depth - 1) : Pattern(random, depth - 1) + "$",
        9 => "\\n",
        _ => Pattern(random, depth - 1) + Pattern(random, depth - 1),
    };
}
