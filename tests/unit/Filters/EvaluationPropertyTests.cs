using Peregrine.Filters;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.Filters;

public sealed class EvaluationPropertyTests
{
    /// <summary>Conditions are printed and read again before they are compiled, so that the text is part of what must agree.</summary>
    [Theory]
    [InlineData(FilterSemantics.Reference)]
    [InlineData(FilterSemantics.Strict)]
    public void The_compiled_form_agrees_with_a_plain_walk_over_the_tree(FilterSemantics semantics)
    {
        const int EventsPerCondition = 10;
        var seed = Environment.TickCount;
        var make = new RandomChecks(new Random(seed));
        var fields = new MadeUpFields();
        var compiler = new FilterCompiler(fields.Catalog, new FilterOptions { Semantics = semantics });
        var scratch = new EvaluationScratch();
        var held = 0;
        for (var i = 0; i < PropertyPairs.Count / EventsPerCondition; i++)
        {
            var condition = make.Tree();
            var text = ConditionPrinter.PrintSource(condition);
            var filter = compiler.Compile(ConditionParser.Parse(text));
            for (var e = 0; e < EventsPerCondition; e++)
            {
                fields.Current = make.Event();
                var context = default(EventContext);
                var expected = PlainEvaluator.Evaluate(condition, fields.Current, semantics == FilterSemantics.Strict);
                var actual = filter.Matches(ref context, scratch);
                Assert.True(expected == actual, $"seed {seed}: plain {expected}, compiled {actual}: {text}\n{Show(fields.Current)}");
                if (actual) held++;
            }
        }
        // A generator that never makes a condition hold would prove nothing.
        Assert.InRange(held, PropertyPairs.Count / 10, PropertyPairs.Count - PropertyPairs.Count / 10);
    }

    [Fact]
    public void Conditions_with_the_same_key_give_the_same_answers()
    {
        var fields = new MadeUpFields();
        var compiler = new FilterCompiler(fields.Catalog);
        Assert.Equal(compiler.Compile("t.text in (a, b) and not t.int > 1").Root.Key, compiler.Compile("(t.text in(a,'b'))and not(t.int > 1)").Root.Key);
        Assert.NotEqual(compiler.Compile("t.text in (a, b)").Root.Key, compiler.Compile("t.text in (ab)").Root.Key);
        Assert.NotEqual(compiler.Compile("t.int > 1").Root.Key, compiler.Compile("t.uint > 1").Root.Key);
        Assert.NotEqual(compiler.Compile("t.text glob a").Root.Key, compiler.Compile("t.text iglob a").Root.Key);
    }

    [Fact]
    public void Evaluating_does_not_allocate()
    {
        var fields = new MadeUpFields { Current = new EventValues { ["t.text"] = "abab"u8.ToArray(), ["t.path"] = "/a/b"u8.ToArray(), ["t.other"] = "c"u8.ToArray(), ["t.int"] = 3L } };
        var filter = new FilterCompiler(fields.Catalog).Compile(
            "t.text in (x, y, z, u, v, w) or t.text regex '(ab)*c' or t.path pmatch (/b, /a/*/c) or toupper(t.text) contains X or concat(t.text, t.other) = x or t.text iglob '*x*' or t.int in (7, 8, 9)");
        var scratch = new EvaluationScratch();
        var context = default(EventContext);
        for (var i = 0; i < 100; i++) Assert.False(filter.Matches(ref context, scratch));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) filter.Matches(ref context, scratch);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Show(EventValues record) => string.Join("; ", record.Select(r => r.Key + "=" + (r.Value switch
    {
        byte[] bytes => System.Text.Encoding.Latin1.GetString(bytes),
        byte[][] texts => string.Join('|', texts.Select(System.Text.Encoding.Latin1.GetString)),
        long[] numbers => string.Join('|', numbers),
        var other => other.ToString(),
    })));
}
