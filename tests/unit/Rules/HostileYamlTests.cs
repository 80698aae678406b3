using System.Diagnostics;
using System.Text;
using Peregrine.Rules.Yaml;
using Xunit;

namespace Peregrine.UnitTests.Rules;

/// <summary>Hostile YAML gives an error, in bounded time and memory.</summary>
public sealed class HostileYamlTests
{
    [Fact]
    public void AliasesThatMultiplyAreRefused()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++) text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        var e = Assert.Throws<YamlException>(() => YamlDocuments.Read(text.ToString()));
        Assert.Contains("aliases expand", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAliasInsideItsNodeIsRefused()
    {
        var e = Assert.Throws<YamlException>(() => YamlDocuments.Read("&a [b, *a]"));
        Assert.Contains("inside the node it names", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", 5_000_000)]
    [InlineData("{a: ", 1_000_000)]
    [InlineData("- ", 1_000_000)]
    [InlineData("? ", 1_000_000)]
    [InlineData("!a ", 1_000_000)]
    [InlineData("&a ", 1_000_000)]
    public void DeepNestingIsRefused(string part, int times) =>
        Assert.Throws<YamlException>(() => YamlDocuments.Read(new StringBuilder(part.Length * times).Insert(0, part, times).ToString()));

    [Fact]
    public void DeepBlocksAreRefused()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 3000; i++) text.Append(' ', i).Append("a:\n");
        Assert.Throws<YamlException>(() => YamlDocuments.Read(text.ToString()));
    }

    [Theory]
    [InlineData("", "x", "")]
    [InlineData("\"", "\\n", "\"")]
    [InlineData("'", "''", "'")]
    [InlineData("|\n", " line  \n", "")]
    [InlineData(">\n", " a \n\n", "")]
    [InlineData("a", "  \n b ", "")]
    [InlineData("# ", "comment ", "")]
    [InlineData("[", "a,", "]")]
    [InlineData("{", "a,", "}")]
    public void TenMegabytesAreReadWithoutGrowingWork(string head, string part, string tail)
    {
        var times = 10_000_000 / part.Length;
        var text = new StringBuilder(head, 10_000_100).Insert(head.Length, part, times).Append(tail).ToString();
        var clock = Stopwatch.StartNew();
        _ = YamlDocuments.Read(text);
        Assert.True(clock.Elapsed < Patience.WithHostileInput, $"{clock.Elapsed}");
    }

    [Theory]
    [InlineData(",")]
    [InlineData("a\n,")]
    [InlineData("- a\n, b")]
    [InlineData("...")]
    [InlineData("---\n...\n...\n,")]
    public void WhatBeginsNoNodeIsNoEndlessRowOfDocuments(string text) => Assert.True(Documents(text) < 5);

    private static int Documents(string text)
    {
        try
        {
            return YamlDocuments.Read(text).Count;
        }
        catch (YamlException)
        {
            return 0;
        }
    }

    [Fact]
    public void AnyBytesAreReadOrRefused()
    {
        var random = new Random(7);
        var seed = "- list: a\n  items: [x, 'y', \"z\\n\"]\n- rule: r # c\n  condition: >\n    a and\n    b\n  tags: &t [q]\n---\n- ? k\n  : *t\n"u8.ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = seed.ToArray();
            for (var change = random.Next(1, 8); change > 0; change--) bytes[random.Next(bytes.Length)] = Mutation(random);
            try
            {
                _ = YamlDocuments.Read(bytes.AsSpan(0, random.Next(bytes.Length + 1)));
            }
            catch (YamlException e)
            {
                Assert.StartsWith("yaml-cpp: error at line ", e.Message, StringComparison.Ordinal);
            }
        }
    }

    private static readonly byte[] Marks = "-?:,[]{}#&*!|>'\"%@` \n\t\\~+0"u8.ToArray();

    private static byte Mutation(Random random) => random.Next(3) == 0 ? (byte)random.Next(256) : Marks[random.Next(Marks.Length)];
}
