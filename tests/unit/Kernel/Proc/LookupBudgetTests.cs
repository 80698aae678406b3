using Peregrine.Kernel.Proc;
using Xunit;

namespace Peregrine.UnitTests.Kernel.Proc;

public sealed class LookupBudgetTests
{
    [Fact]
    public void TheSecondsLookupsAreRefusedBeyondTheirNumber()
    {
        var time = new ManualTime();
        var budget = new LookupBudget(2, TimeSpan.FromSeconds(1), time);
        Assert.True(budget.TryBegin(out _));
        Assert.True(budget.TryBegin(out _));
        Assert.False(budget.TryBegin(out _));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(budget.TryBegin(out _));
    }

    [Fact]
    public void SlowLookupsUseUpTheSecondsTime()
    {
        var time = new ManualTime();
        var budget = new LookupBudget(1000, TimeSpan.FromMilliseconds(50), time);
        Assert.True(budget.TryBegin(out var start));
        time.Advance(TimeSpan.FromMilliseconds(60));
        budget.End(start);
        Assert.False(budget.TryBegin(out _));
        Assert.Equal(TimeSpan.Zero, budget.TimeLeft);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(budget.TryBegin(out _));
    }
}
