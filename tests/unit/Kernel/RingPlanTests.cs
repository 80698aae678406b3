using Peregrine.Kernel.Rings;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>How large the rings are, also those of CPUs that may come one day.</summary>
public sealed class RingPlanTests
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public void Every_possible_cpu_has_a_ring_and_those_that_run_the_full_size()
    {
        var plan = RingPlan.Make([0, 1, 2, 3], [0, 2], 8 * Megabyte, null).ToDictionary(r => r.Cpu, r => r.Bytes);
        Assert.Equal(4, plan.Count);
        Assert.All(plan.Values, bytes => Assert.Equal(8 * Megabyte, bytes));
    }

    [Fact]
    public void Many_cpus_that_do_not_run_share_what_the_running_ones_take()
    {
        var plan = RingPlan.Make([.. Enumerable.Range(0, 36)], [0, 1, 2, 3], 8 * Megabyte, null).ToList();
        Assert.All(plan.Where(r => r.Cpu >= 4), r => Assert.Equal(Megabyte, r.Bytes));
        Assert.Equal(64L * Megabyte, plan.Sum(r => (long)r.Bytes));
    }

    [Fact]
    public void No_ring_is_too_small_for_the_largest_record() =>
        Assert.All(RingPlan.Make([.. Enumerable.Range(0, 512)], [0], 8 * Megabyte, null).Where(r => r.Cpu > 0), r => Assert.Equal(RingPlan.Least, r.Bytes));
}
