using Peregrine.Filters;
using Peregrine.State;
using Xunit;

namespace Peregrine.ConformanceTests;

public sealed class FilterBoolTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => ConformanceData.Names("1_filter_bool");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_condition_over_known_answers_has_the_references_value(string name) => ConformanceData.Run("1_filter_bool", name, test =>
    {
        var filter = new FilterCompiler(FilterCatalogs.Mock).Compile(test.GetProperty("filter").GetString()!);
        var context = default(EventContext);
        Assert.Equal(test.GetProperty("value").GetBoolean(), filter.Matches(ref context, new EvaluationScratch()));
    });
}
