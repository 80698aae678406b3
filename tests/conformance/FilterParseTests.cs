using Peregrine.Filters;
using Xunit;

namespace Peregrine.ConformanceTests;

public sealed class FilterParseTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => ConformanceData.Names("1_filter_parse");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_condition_parses_as_in_the_reference(string name) => ConformanceData.Run("1_filter_parse", name, test =>
    {
        var input = test.GetProperty("input").GetString()!;
        string text;
        SourcePosition end;
        if (test.GetProperty("accept").GetBoolean())
        {
            text = ConditionPrinter.Print(ConditionParser.Parse(input, out end));
            Assert.Equal(test.GetProperty("ast").GetString(), text);
        }
        else
        {
            var error = Assert.Throws<ConditionSyntaxException>(() => ConditionParser.Parse(input));
            Assert.Equal(test.GetProperty("error").GetString(), error.Message);
            end = error.Position;
        }
        var place = test.GetProperty("pos");
        Assert.Equal(new SourcePosition(place.GetProperty("idx").GetInt32(), place.GetProperty("line").GetInt32(), place.GetProperty("col").GetInt32()), end);
    });
}
