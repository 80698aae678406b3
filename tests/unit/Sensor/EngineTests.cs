using Peregrine.Events;
using Peregrine.Outputs;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

public sealed class EngineTests
{
    private const ulong Second = 1_000_000_000;
    private static readonly BaseSyscallOptions NoWishes = new([], Repair: false, All: false);

    [Fact]
    public void The_base_set_keeps_the_state_true_and_leaves_io_floods_out()
    {
        var chosen = SyscallSelection.Choose(new HashSet<SyscallCode> { SyscallCode.Read, SyscallCode.Unlinkat }, NoWishes, _ => { });
        Assert.Contains(SyscallCode.Execve, chosen);
        Assert.Contains(SyscallCode.Openat, chosen);
        Assert.Contains(SyscallCode.Close, chosen);
        Assert.Contains(SyscallCode.Unlinkat, chosen);
        Assert.Contains(SyscallCode.SchedProcessExit, chosen);
        Assert.DoesNotContain(SyscallCode.Read, chosen);
    }

    [Fact]
    public void All_brings_io_back()
    {
        var chosen = SyscallSelection.Choose(new HashSet<SyscallCode> { SyscallCode.Read }, NoWishes with { All = true }, _ => { });
        Assert.Contains(SyscallCode.Read, chosen);
    }

    [Fact]
    public void A_custom_set_replaces_the_base_and_can_take_away()
    {
        var complaints = new List<string>();
        var options = NoWishes with { CustomSet = ["clone", "!unlinkat", "nosuchcall"] };
        var chosen = SyscallSelection.Choose(new HashSet<SyscallCode> { SyscallCode.Openat, SyscallCode.Unlinkat }, options, complaints.Add);
        Assert.Equal(new HashSet<SyscallCode> { SyscallCode.Openat, SyscallCode.Clone, SyscallCode.SchedProcessExit }, chosen);
        Assert.Contains("nosuchcall", Assert.Single(complaints), StringComparison.Ordinal);
    }

    [Fact]
    public void Repair_adds_what_processes_and_sockets_need()
    {
        var chosen = SyscallSelection.Choose(new HashSet<SyscallCode> { SyscallCode.Accept4 }, NoWishes with { Repair = true }, _ => { });
        Assert.Superset(new HashSet<SyscallCode> { SyscallCode.Clone, SyscallCode.Execve, SyscallCode.Socket, SyscallCode.Bind, SyscallCode.Close }, chosen);
        Assert.DoesNotContain(SyscallCode.Openat, chosen);
    }

    [Fact]
    public void The_summary_has_the_form_that_scripts_read()
    {
        var statistics = new RunStatistics();
        statistics.Count("b rule", AlertPriority.Informational);
        statistics.Count("a rule", AlertPriority.Warning);
        statistics.Count("a rule", AlertPriority.Warning);
        Assert.Equal("Events detected: 3\nRule counts by severity:\n   WARNING: 2\n   INFO: 1\nTriggered rules by rule name:\n   a rule: 2\n   b rule: 1\n", statistics.Summary());
    }
}
