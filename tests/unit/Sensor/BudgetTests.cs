using Peregrine.Events;
using Peregrine.Sensor.Budgets;
using Peregrine.Sensor.Configuration;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

public sealed class BudgetTests
{
    [Fact]
    public void A_moment_above_the_budget_changes_nothing()
    {
        var controller = new BudgetController();
        for (var i = 0; i < 20; i++) Assert.False(controller.Look(i % 2 == 0 ? 3 : 0.9, 0));
        Assert.Equal(SheddingLevel.None, controller.Level);
    }

    [Fact]
    public void Processor_time_sheds_events_step_by_step_and_memory_begins_with_the_state()
    {
        Assert.Equal([SheddingLevel.None, SheddingLevel.Bulk, SheddingLevel.Bulk, SheddingLevel.Files, SheddingLevel.Files, SheddingLevel.Files], Levels(new(), 6, cpu: 2, memory: 0));
        Assert.Equal([SheddingLevel.None, SheddingLevel.State, SheddingLevel.State, SheddingLevel.Bulk, SheddingLevel.Bulk, SheddingLevel.Files], Levels(new(), 6, cpu: 0, memory: 1.1));
    }

    [Fact]
    public void What_was_shed_comes_back_when_there_has_been_room_for_a_while()
    {
        var controller = new BudgetController();
        Levels(controller, 2, cpu: 2, memory: 0);
        // Between calm and the budget nothing moves.
        Assert.All(Levels(controller, 100, cpu: 0.9, memory: 0), level => Assert.Equal(SheddingLevel.Bulk, level));
        var falling = Levels(controller, 25, cpu: 0.1, memory: 0);
        Assert.Equal(SheddingLevel.Bulk, falling[8]);
        Assert.Equal(SheddingLevel.None, falling[9]);
        Assert.False(controller.ShedsState);
        Levels(controller, 4, cpu: 0, memory: 2);
        Assert.Equal((SheddingLevel.Bulk, true), (controller.Level, controller.ShedsState));
        falling = Levels(controller, 45, cpu: 0, memory: 0.1);
        Assert.Contains(SheddingLevel.State, falling);
        Assert.Equal((SheddingLevel.None, false), (falling[^1], controller.ShedsState));
    }

    [Fact]
    public void What_was_taken_back_too_early_waits_twice_as_long_next_time()
    {
        var controller = new BudgetController();
        int Waits()
        {
            while (controller.Level == SheddingLevel.None) controller.Look(2, 0);
            var looks = 0;
            while (controller.Level != SheddingLevel.None && ++looks < 10_000) controller.Look(0.1, 0);
            return looks;
        }
        var (first, second, third) = (Waits(), Waits(), Waits());
        Assert.True(second == 2 * first && third == 2 * second, $"{first}, {second}, {third}");
        for (var i = 0; i < 20; i++) Waits();
        Assert.InRange(Waits(), 1, 1300);
    }

    [Fact]
    public void Process_life_is_recorded_at_every_level()
    {
        var all = EventSchemaSyscalls();
        var files = Shedding.Keep(all, SheddingLevel.Files).ToHashSet();
        foreach (var name in (string[])["execve", "execveat", "clone", "clone3", "fork", "vfork", "setuid", "setresuid", "setns", "ptrace", "chroot"]) Assert.Contains(Code(name), files);
        Assert.Contains(SyscallCode.SchedProcessExit, files);
        foreach (var name in (string[])["openat", "close", "connect", "read", "write", "sendto"]) Assert.DoesNotContain(Code(name), files);
        var bulk = Shedding.Keep(all, SheddingLevel.Bulk).ToHashSet();
        foreach (var name in (string[])["openat", "close", "connect", "unlink"]) Assert.Contains(Code(name), bulk);
        foreach (var name in (string[])["read", "write", "sendto", "recvfrom", "poll"]) Assert.DoesNotContain(Code(name), bulk);
        Assert.Equal(all, Shedding.Keep(all, SheddingLevel.State));
    }

    [Theory]
    [InlineData("budget: {cpu: 0.5, memory: 256MiB}", 0.5, 268_435_456L)]
    [InlineData("budget: {cpu: 0, memory: 0}", null, null)]
    [InlineData("", null, null)]
    public void Budgets_are_read(string text, double? cpu, long? memory) => Assert.Equal(new BudgetOptions(cpu, memory), Read(text).Budget);

    [Theory]
    [InlineData("budget: {cpu: -1}", "number of processors")]
    [InlineData("budget: {memory: 1MiB}", "between 16MiB")]
    [InlineData("budget: {memory: much}", "a size such as")]
    public void Budgets_that_cannot_be_are_errors(string text, string expected) => Assert.Contains(expected, Assert.Throws<ConfigException>(() => Read(text)).Message, StringComparison.Ordinal);

    private static List<SheddingLevel> Levels(BudgetController controller, int looks, double cpu, double memory)
    {
        var levels = new List<SheddingLevel>();
        for (var i = 0; i < looks; i++)
        {
            controller.Look(cpu, memory);
            levels.Add(controller.Level);
        }
        return levels;
    }

    private static List<SyscallCode> EventSchemaSyscalls()
    {
        var all = new List<SyscallCode>();
        foreach (var syscall in EventSchema.Syscalls) all.Add(syscall.Code);
        return all;
    }

    private static SyscallCode Code(string name)
    {
        foreach (var syscall in EventSchema.Syscalls)
            if (syscall.Name == name) return syscall.Code;
        throw new ArgumentException(name);
    }

    private static SensorConfiguration Read(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            return new ConfigInput(_ => null, file, []).Read(new ConfigSources()).Configuration;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
