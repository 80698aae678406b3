using Peregrine.Filters;
using Peregrine.State;
using Xunit;

namespace Peregrine.ConformanceTests;

public sealed class FilterEvalTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => ConformanceData.Names("1_filter_eval");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_condition_holds_for_the_events_of_the_reference(string name) => ConformanceData.Run("1_filter_eval", name, test =>
    {
        var compiler = new FilterCompiler(FilterCatalogs.Default, FilterCatalogs.Options);
        var condition = test.GetProperty("filter").GetString()!;
        if (!test.GetProperty("accept").GetBoolean())
        {
            Assert.Equal(test.GetProperty("error").GetString(), Assert.Throws<FilterException>(() => compiler.Compile(condition)).Message);
            return;
        }
        var (held, failed) = FilterReplay.Ask(compiler.Compile(condition), test.GetProperty("capture").GetString()!);
        Assert.Equal(test.GetProperty("events").GetInt32(), held.Count + failed.Count);
        if (test.TryGetProperty("true_on", out var on)) Assert.Equal(on.EnumerateArray().Select(n => n.GetInt32()), held);
        if (test.TryGetProperty("false_on", out var off)) Assert.Equal(off.EnumerateArray().Select(n => n.GetInt32()), failed);
        Assert.Equal(test.GetProperty("true_count").GetInt32(), held.Count);
    });
}

/// <summary>Asks conditions about every surfaced event of a capture.</summary>
internal static class FilterReplay
{
    /// <summary>The numbers of the events, counted from 1 as they surface, for which the condition holds and for which it does not.</summary>
    public static (List<int> Held, List<int> Failed) Ask(CompiledFilter filter, string capture)
    {
        var (held, failed) = (new List<int>(), new List<int>());
        var scratch = new EvaluationScratch();
        CaptureReplay.Run(ConformanceData.File(capture), (ref EventContext context) =>
        {
            scratch.Reset();
            (filter.Matches(ref context, scratch) ? held : failed).Add((int)context.Number);
        });
        return (held, failed);
    }
}
