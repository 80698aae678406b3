using System.Globalization;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>Rules and configuration change under a sensor that works: no event is lost or told twice, and what is broken changes nothing. <c>PEREGRINE_RELOADS</c> says how often in the storm.</summary>
[Collection(LiveCollection.Name)]
public sealed class ReloadScenarios(LiveSensor shared)
{
    private const string Rule = "Numbered file opened";
    private const int Files = 4_000;

    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("PEREGRINE_RELOADS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 20;

    [Fact]
    public void ReloadsDuringAStormLoseNoEvent()
    {
        using var folder = new LiveFolder();
        var numbered = Directory.CreateDirectory(Path.Combine(folder.Path, "numbered")).FullName;
        for (var i = 0; i < Files; i++) File.WriteAllText(Path.Combine(numbered, $"{i}"), "");
        var rules = folder.Write("rules.yaml", Rules(numbered, ""));
        using var sensor = SensorProcess.Start("-c", folder.Write("config.yaml", LiveSensor.Configuration(rules)), "-o", "base_syscalls.all=true");
        sensor.WaitUntilItWatches(() => shared.Deeds.Do("open", Path.Combine(numbered, "0")), alert => alert.Rule == Rule);
        using var storm = Command.Start(null, "dd", "if=/dev/zero", "of=/dev/null", "bs=1", "status=none");
        using var opener = Command.Start(null, "/bin/bash", "-c", $"for ((i = 1; i < {Files}; i++)); do : < {numbered}/$i; (( i % 20 )) || read -t 0.02 <> <(:); done");
        try
        {
            string[] others = ["unlink", "read, write", "connect, accept4", "rename", "openat, execve"];
            for (var round = 1; round <= Rounds; round++)
            {
                Replace(rules, Rules(numbered, others[round % others.Length]));
                LogLines.Await(sensor, "Reloaded:", round);
            }
            for (var round = 1; round <= Rounds; round++)
            {
                Replace(rules, "- rule: [");
                LogLines.Await(sensor, "Reload refused", round);
            }
            Assert.True(opener.WaitForExit(TimeSpan.FromMinutes(1)));
        }
        finally
        {
            foreach (var process in new[] { storm, opener })
            {
                if (!process.HasExited) process.Kill();
                process.WaitForExit();
            }
        }
        sensor.TryFind(alert => alert["fd.name"] == Path.Combine(numbered, $"{Files - 1}"), TimeSpan.FromSeconds(10), out _);
        Assert.Equal(0, sensor.Stop());
        var told = sensor.Alerts(alert => alert.Rule == Rule && alert["proc.name"] == "bash").GroupBy(alert => alert["fd.name"]).ToDictionary(g => g.Key!, g => g.Count());
        Assert.DoesNotContain(told, pair => pair.Value != 1);
        Assert.Equal(Files - 1, told.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("trap '' HUP INT; ")]
    public void TheHangUpSignalReloadsAndKeepsTheState(string startedWhile)
    {
        using var folder = new LiveFolder();
        var marked = folder.Write("marked", "");
        var rules = folder.Write("rules.yaml", Opened(marked, "first"));
        var config = folder.Write("config.yaml", LiveSensor.Configuration(rules) + "watch_config_files: false\n");
        using var sensor = SensorProcess.StartBy("/bin/bash", "-c", $"{startedWhile}exec \"$@\"", "bash", Repository.Sensor, "-c", config);
        // The process is there before the reload; its ancestors are known only from the state.
        using var shell = Command.Start(null, "/bin/bash", "-c", $"while read line; do : < {marked}; done");
        sensor.WaitUntilItWatches(() => shell.StandardInput.WriteLine(), alert => alert.Rule == "first");
        File.WriteAllText(rules, Opened(marked, "second"));
        sensor.Signal("HUP");
        LogLines.Await(sensor, "Reloaded:", 1);
        shell.StandardInput.WriteLine();
        shell.StandardInput.Flush();
        var alert = sensor.Expect("second", a => a["proc.pid"] == $"{shell.Id}");
        Assert.Contains(marked, alert["proc.cmdline"], StringComparison.Ordinal);
        shell.StandardInput.Close();
        shell.WaitForExit();
        Assert.Equal(0, sensor.Stop("INT"));
    }

    [Fact]
    public void ARuleThatShowsWhatIsWrittenSeesItFromTheReloadOn()
    {
        using var folder = new LiveFolder();
        var marked = folder.Write("marked", "");
        var rules = folder.Write("rules.yaml", Written(marked, "first", "%evt.arg.size"));
        using var sensor = SensorProcess.Start("-c", folder.Write("config.yaml", LiveSensor.Configuration(rules) + "watch_config_files: false\n"), "-o", "base_syscalls.all=true");
        using var shell = Command.Start(null, "/bin/bash", "-c", $"while read line; do echo \"$line\" >> {marked}; done");
        sensor.WaitUntilItWatches(() => shell.StandardInput.WriteLine("unseen"), alert => alert.Rule == "first");
        Assert.Contains("wrote 7", sensor.Expect("first", static _ => true).Output, StringComparison.Ordinal);
        File.WriteAllText(rules, Written(marked, "second", "%evt.buffer"));
        sensor.Signal("HUP");
        LogLines.Await(sensor, "Reloaded:", 1);
        shell.StandardInput.WriteLine("a secret");
        shell.StandardInput.Flush();
        Assert.Contains("wrote a secret", sensor.Expect("second", static _ => true).Output, StringComparison.Ordinal);
        shell.StandardInput.Close();
        shell.WaitForExit();
        Assert.Equal(0, sensor.Stop("INT"));
    }

    /// <summary>Puts another file in the place of one, as careful editors do.</summary>
    private static void Replace(string path, string content)
    {
        File.WriteAllText(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static string Rules(string folder, string others) => $"""
        - rule: {Rule}
          desc: A numbered file was opened.
          condition: evt.type in (open, openat, openat2) and fd.name startswith {folder}/
          output: opened %fd.name
          priority: NOTICE
        {(others.Length == 0 ? "" : $"""
        - rule: Others
          desc: Changes which system calls are recorded.
          condition: evt.type in ({others}) and proc.name = nobody
          output: never
          priority: NOTICE
        """)}

        """;

    private static string Opened(string file, string name) => $"""
        - rule: {name}
          desc: The test's file was opened.
          condition: evt.type in (open, openat, openat2) and fd.name = {file}
          output: opened %fd.name
          priority: NOTICE

        """;

    private static string Written(string file, string name, string shown) => $"""
        - rule: {name}
          desc: The test's file was written.
          condition: evt.type = write and fd.name = {file}
          output: wrote {shown}
          priority: NOTICE

        """;
}
