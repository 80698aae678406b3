using Peregrine.Events;
using Peregrine.Filters;
using Xunit;

namespace Peregrine.ConformanceTests;

public sealed class EventCodesTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => ConformanceData.Names("1_evt_codes");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_condition_may_hold_for_the_events_that_the_reference_names(string name) => ConformanceData.Run("1_evt_codes", name, test =>
    {
        var condition = ConditionParser.Parse(test.GetProperty("condition").GetString()!);
        var (found, all) = test.GetProperty("kind").GetString() == "event"
            ? ([.. EventTypeInference.Infer(condition).Select(t => EventSchema.Get(t).Id)], EventSchema.Events.ToArray().Select(e => e.Id))
            : (EventTypeInference.InferSyscalls(condition).Select(s => EventSchema.Get(s).Id).ToHashSet(),
                EventSchema.Syscalls.ToArray().Where(s => s.Name.Length > 0 && s.Code != 0).Select(s => s.Id));
        var expected = test.TryGetProperty("codes", out var codes)
            ? codes.EnumerateArray().Select(c => c.GetString()!)
            : all.Except(test.GetProperty("all_except").EnumerateArray().Select(c => c.GetString()!));
        Assert.Equal(expected.Order(), found.Order());
        Assert.Equal(test.GetProperty("count").GetInt32(), found.Count);
    });
}
