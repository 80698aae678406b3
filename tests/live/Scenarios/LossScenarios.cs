using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>A sensor that could not keep up: what was lost is told to the last event, the state is healed, and the next alerts are right.</summary>
[Collection(LiveCollection.Name)]
public sealed partial class LossScenarios(LiveSensor shared)
{
    [Fact]
    public void AStoppedSensorAccountsForWhatItMissedAndHeals()
    {
        using var folder = new LiveFolder("loss");
        var before = folder.Write("before", "");
        var during = folder.Write("during", "one\ntwo\n");
        var place = Directory.CreateDirectory(Path.Combine(folder.Path, "place")).FullName;
        var rules = folder.Write("rules.yaml", $"""
            - rule: Marked
              desc: A file of the test was opened.
              condition: evt.type in (open, openat, openat2) and fd.name startswith {folder.Path}/
              output: opened %fd.name
              priority: NOTICE
            - rule: Read
              desc: A descriptor that was opened while nobody looked is read from.
              condition: evt.type = read and fd.name = {during}
              output: read %fd.name
              priority: NOTICE

            """);
        using var sensor = SensorProcess.Start("-c", folder.Write("config.yaml", LiveSensor.Configuration(rules)), "-o", "base_syscalls.all=true");
        sensor.WaitUntilItWatches(() => shared.Deeds.Do("open", before), alert => alert.Rule == "Marked");
        using var counters = KernelCounters.Of(sensor);
        using var shell = Command.Start(null, "/bin/bash");
        Tell(shell, $": < {before}");
        sensor.Expect("Marked", alert => alert["proc.pid"] == $"{shell.Id}" && alert["fd.name"] == before);
        using var busy = new Load();
        sensor.Signal("STOP");
        // What the shell does now is seen by nobody: there are far more events than the rings hold.
        Thread.Sleep(2500);
        Tell(shell, $"cd {place}; exec 7< {during}");
        using var child = Command.Start(place, "/bin/sleep", "100");
        Thread.Sleep(2500);
        sensor.Signal("CONT");
        Thread.Sleep(500);
        busy.Dispose();
        Assert.True(!shell.HasExited, "the shell ended");
        SensorHeals(sensor);
        Tell(shell, "read -u 7 line; : < ../before");
        var read = sensor.Expect("Read", alert => alert["proc.pid"] == $"{shell.Id}");
        Assert.Equal(place, read["proc.cwd"]?.TrimEnd('/'));
        // The open of the other file may have been among the last that found room in a ring.
        sensor.Expect("Marked", alert => alert["proc.pid"] == $"{shell.Id}" && alert["proc.cwd"]?.TrimEnd('/') == place && alert["fd.name"] == before);
        child.Kill();
        Tell(shell, "exit");
        shell.WaitForExit();
        Assert.Equal(0, sensor.Stop());
        var match = Accounts().Match(sensor.Logged);
        Assert.True(match.Success, "the summary does not tell what was generated, read and dropped:\n" + sensor.Logged);
        var told = (Number(match.Groups[1]), Number(match.Groups[2]), Number(match.Groups[3]));
        Assert.Equal(counters.Read(), told);
        Assert.Equal(told.Item1, told.Item2 + told.Item3);
        Assert.True(told.Item3 > 0, "nothing was lost, so the test says nothing:\n" + sensor.Logged);
    }

    private static void SensorHeals(SensorProcess sensor)
    {
        var clock = Stopwatch.StartNew();
        while (!sensor.Logged.Contains("The state was healed", StringComparison.Ordinal))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "the sensor does not say that it healed its state:\n" + sensor.Logged);
            Thread.Sleep(50);
        }
        Assert.Contains("were lost", sensor.Logged, StringComparison.Ordinal);
    }

    private static void Tell(Process shell, string line)
    {
        shell.StandardInput.WriteLine(line);
        shell.StandardInput.Flush();
    }

    private static ulong Number(Group group) => ulong.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Events generated: (\d+); read: (\d+); dropped: (\d+)")]
    private static partial Regex Accounts();

    /// <summary>Reads, writes, opens and processes as fast as they come.</summary>
    private sealed class Load : IDisposable
    {
        private readonly List<Process> _processes =
        [
            Command.Start(null, "dd", "if=/dev/zero", "of=/dev/null", "bs=1", "status=none"),
            Command.Start(null, "/bin/bash", "-c", "while :; do read -r line </etc/hostname; done"),
            Command.Start(null, "/bin/bash", "-c", "while :; do /bin/true; done"),
        ];

        public void Dispose()
        {
            foreach (var process in _processes)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
                process.Dispose();
            }
            _processes.Clear();
        }
    }
}
