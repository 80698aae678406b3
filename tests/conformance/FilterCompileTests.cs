using System.Text.Json;
using Peregrine.Filters;
using Xunit;

namespace Peregrine.ConformanceTests;

public sealed class FilterCompileTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => ConformanceData.Names("1_filter_compile");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_condition_compiles_as_in_the_reference(string name) => ConformanceData.Run("1_filter_compile", name, test =>
    {
        var compiler = new FilterCompiler(FilterCatalogs.Of(test.GetProperty("fields").GetString()!), FilterCatalogs.Options);
        var input = test.GetProperty("input").GetString()!;
        if (!test.GetProperty("accept").GetBoolean())
        {
            var error = Assert.Throws<FilterException>(() => compiler.Compile(input));
            Assert.Equal(test.GetProperty("error").GetString(), error.Message);
            return;
        }
        var filter = compiler.Compile(input);
        if (test.TryGetProperty("warnings", out var warnings))
            Assert.Equal(warnings.EnumerateArray().Select(Text), compiler.Warnings.Where(w => w.IsReference).Select(Text));
        if (test.TryGetProperty("true_events", out var count))
            Assert.Equal(count.GetInt32(), FilterReplay.Ask(filter, test.GetProperty("capture").GetString()!).Held.Count);
    });

    private static string Text(JsonElement warning) =>
        $"{warning.GetProperty("idx")} {warning.GetProperty("line")}:{warning.GetProperty("col")} {warning.GetProperty("message").GetString()}";

    private static string Text(FilterWarning warning) =>
        $"{warning.Position.Offset} {warning.Position.Line}:{warning.Position.Column} {warning.Message}";
}
