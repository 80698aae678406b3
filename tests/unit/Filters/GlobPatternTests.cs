using System.Diagnostics;
using System.Text;
using Peregrine.Filters;
using Xunit;

namespace Peregrine.UnitTests.Filters;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("*", "/a/.b", true)]
    [InlineData("a?c", "a/c", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[a", "[a", true)]
    [InlineData("[[:digit:]]*", "4x", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("a\\", "a", false)]
    [InlineData("*.log", "x.log.1", false)]
    [InlineData("*a*b*c*", "xaybzc", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    public void Patterns_mean_what_the_shell_means(string pattern, string text, bool expected) =>
        Assert.Equal(expected, new GlobPattern(Encoding.UTF8.GetBytes(pattern)).Matches(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Case_is_ignored_on_demand()
    {
        Assert.True(new GlobPattern("/TMP/[A-F]*x"u8, ignoreCase: true).Matches("/tmp/bcX"u8));
        Assert.False(new GlobPattern("/TMP/*"u8).Matches("/tmp/b"u8));
    }

    [Fact]
    public void Many_stars_do_not_explode()
    {
        var pattern = new GlobPattern(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a*", 500)) + "b"));
        var time = Stopwatch.StartNew();
        Assert.False(pattern.Matches(Encoding.UTF8.GetBytes(new string('a', 100_000))));
        Assert.True(time.Elapsed < Patience.WithHostileInput);
    }
}
