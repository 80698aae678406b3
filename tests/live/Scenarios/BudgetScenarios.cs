using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>A sensor with a budget gives up reads and writes under a storm, says so, still sees processes start, and takes everything back when the storm is over.</summary>
[Collection(LiveCollection.Name)]
public sealed class BudgetScenarios
{
    [Fact]
    public void UnderAStormReadsAndWritesAreShedAndProcessesAreNot()
    {
        // What share of a processor the storm makes the sensor take hangs on the machine and on what else runs there.
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PEREGRINE_BUDGET_STORM") == "1", "needs a machine of its own: set PEREGRINE_BUDGET_STORM=1");
        using var folder = new LiveFolder();
        var rules = folder.Write("rules.yaml", $"""
            - rule: Program started
              desc: d
              condition: evt.type in (execve, execveat) and evt.rawres = 0 and proc.cmdline contains {LiveSensor.Tag}-budget
              output: started %proc.cmdline
              priority: WARNING
            - rule: Impossible write
              desc: d
              condition: evt.type in (read, write) and evt.buffer contains "no one writes this" and proc.name = nobody
              output: wrote
              priority: WARNING

            """);
        var config = folder.Write("config.yaml", LiveSensor.Configuration(rules) + "budget: {cpu: 0.1}\nbase_syscalls: {all: true}\nwebserver: {enabled: false}\nlog_syslog: false\n");
        using var sensor = SensorProcess.Start("-c", config);
        using var storm = Command.Start(null, "dd", "if=/dev/zero", "of=/dev/null", "bs=1", "status=none");
        using var more = Command.Start(null, "dd", "if=/dev/zero", "of=/dev/null", "bs=1", "status=none");
        try
        {
            LogLines.Await(sensor, "reads and writes are shed");
            var told = sensor.Expect("Peregrine internal: budget", static a => a["budget.level"] == "2");
            Assert.Equal("reads and writes", told["budget.shed"]);
            Command.Run("/bin/echo", $"{LiveSensor.Tag}-budget");
            sensor.Expect("Program started", static _ => true);
        }
        finally
        {
            foreach (var process in (System.Diagnostics.Process[])[storm, more])
            {
                process.Kill();
                process.WaitForExit();
            }
        }
        LogLines.Await(sensor, "nothing is shed any more");
        sensor.Expect("Peregrine internal: budget", static a => a["budget.level"] == "0");
        Assert.Equal(0, sensor.Stop());
    }

    [Fact]
    public void AMemoryBudgetThatCannotBeKeptIsToldAndCostsNoProcess()
    {
        using var folder = new LiveFolder();
        var rules = folder.Write("rules.yaml", $"""
            - rule: Program started
              desc: d
              condition: evt.type in (execve, execveat) and evt.rawres = 0 and proc.cmdline contains {LiveSensor.Tag}-memory
              output: started %proc.cmdline
              priority: WARNING

            """);
        using var sensor = SensorProcess.Start("-c", folder.Write("config.yaml", LiveSensor.Configuration(rules) + "budget: {memory: 16MiB}\nwebserver: {enabled: false}\nlog_syslog: false\n"));
        LogLines.Await(sensor, "half of the state is shed");
        LogLines.Await(sensor, "nothing more can be shed");
        Command.Run("/bin/echo", $"{LiveSensor.Tag}-memory");
        sensor.Expect("Program started", static _ => true);
        Assert.Equal(0, sensor.Stop());
    }
}
