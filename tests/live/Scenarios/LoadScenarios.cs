using System.Globalization;
using System.Text.RegularExpressions;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>Half a minute of all that two cores can do: nothing breaks, nothing grows, alerts still come, and what was lost is told.</summary>
[Collection(LiveCollection.Name)]
public sealed partial class LoadScenarios(LiveSensor shared)
{
    private const int Seconds = 30;

    [Fact]
    public void AFloodOfReadsAndOpens()
    {
        using var folder = new LiveFolder();
        var marked = folder.Write("marked", "");
        var rules = folder.Write("rules.yaml", $"""
            - rule: Marked
              desc: The test's file was opened.
              condition: evt.type in (open, openat, openat2) and fd.name = {marked}
              output: opened %fd.name
              priority: NOTICE
            - rule: Never
              desc: Makes the sensor look at every read and write.
              condition: evt.type in (read, write) and fd.name = /nowhere
              output: read %fd.name
              priority: NOTICE

            """);
        using var sensor = SensorProcess.Start("-c", folder.Write("config.yaml", LiveSensor.Configuration(rules)), "-o", "base_syscalls.all=true");
        sensor.WaitUntilItWatches(() => shared.Deeds.Do("open", marked), alert => alert.Rule == "Marked");
        var load = new[]
        {
            Command.Start(null, "dd", "if=/dev/zero", "of=/dev/null", "bs=1", "status=none"),
            Command.Start(null, "dd", "if=/dev/zero", "of=/dev/null", "bs=1", "status=none"),
            shared.Deeds.Start("churn", "/etc/hostname", $"{Seconds}"),
        };
        var memory = new List<long>();
        try
        {
            for (var second = 1; second <= Seconds; second++)
            {
                Thread.Sleep(1000);
                Assert.False(sensor.HasExited, "the sensor ended under load:\n" + sensor.Logged);
                memory.Add(ResidentKilobytes(sensor.Id));
                if (second % 5 != 0) continue;
                var pid = $"{shared.Deeds.Do("open", marked).Succeeded().Pid}";
                sensor.Expect("Marked", alert => alert["proc.pid"] == pid);
            }
        }
        finally
        {
            foreach (var process in load)
            {
                if (!process.HasExited) process.Kill();
                process.WaitForExit();
                process.Dispose();
            }
        }
        Assert.Equal(0, sensor.Stop());
        // The first seconds fill tables and pools; what comes after must stay.
        Assert.InRange(memory[^1], 1, memory[9] + 32 * 1024);
        AssertAccounted(sensor.Said + sensor.Logged);
    }

    /// <summary>The summary tells how many events the kernel made, how many were read and how many were lost; the first is the sum of the others.</summary>
    private static void AssertAccounted(string said)
    {
        var match = Accounts().Match(said);
        Assert.True(match.Success, "the summary does not tell what was generated, read and dropped:\n" + said);
        var (generated, read, dropped) = (Number(match.Groups[1]), Number(match.Groups[2]), Number(match.Groups[3]));
        Assert.True(read > 1_000_000, said);
        Assert.Equal(generated, read + dropped);
    }

    private static long Number(Group group) => long.Parse(group.Value, CultureInfo.InvariantCulture);

    private static long ResidentKilobytes(int pid) =>
        long.Parse(File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Events generated: (\d+); read: (\d+); dropped: (\d+)")]
    private static partial Regex Accounts();
}
