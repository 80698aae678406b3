using System.Diagnostics;
using System.Globalization;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>The sensor runs with few privileges, in all of its threads, and does all of its work with them.</summary>
[Collection(LiveCollection.Name)]
public sealed class LeastPrivilegeScenarios(LiveSensor shared)
{
    private const ulong DacOverride = 1ul << 1;
    private const ulong DacReadSearch = 1ul << 2;
    private const ulong NetBindService = 1ul << 10;
    private const ulong SysPtrace = 1ul << 19;
    private const string Rule = "Marked";

    [Fact]
    public void EveryThreadHasGivenUpWhatItDoesNotNeed()
    {
        using var sensor = Start(out var folder, out var marked, "");
        using (folder)
        {
            // Work has more threads made: of the outputs, of the pool.
            for (var i = 0; i < 20; i++) sensor.Expect(Rule, Opening(marked));
            AssertReduced(sensor, SysPtrace | DacReadSearch);
            Assert.Contains("Capabilities kept: CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE; no new privileges; system calls are filtered", sensor.Logged, StringComparison.Ordinal);
            Assert.Equal(0, sensor.Stop());
        }
    }

    [Fact]
    public void TheProcessThatLoadedTheProbeIsGoneAndLeavesNoTrace()
    {
        using var sensor = Start(out var folder, out var marked, "");
        using (folder)
        {
            Await(() => Children(sensor).Count == 0, sensor);
            sensor.Expect(Rule, Opening(marked));
            Assert.DoesNotContain("PEREGRINE_", File.ReadAllText($"/proc/{sensor.Id}/environ").Replace("PEREGRINE_PROBE=", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Equal(0, sensor.Stop());
        }
    }

    [Fact]
    public void OtherUsersProcessesAreReadAsBefore()
    {
        using var sensor = Start(out var folder, out var marked, "");
        using (folder)
        {
            // Nobody's shell was there before the sensor looked, so all that is known of it was read from /proc.
            using var shell = Command.Start(null, "/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "/bin/bash", "-c", $"exec 9</etc/hostname; while read line; do : < {marked}; done");
            using var second = Start(out var other, out _, "", marked);
            using (other)
            {
                second.WaitUntilItWatches(() => Tell(shell), alert => alert["proc.pid"] == $"{shell.Id}");
                var alert = second.Expect(Rule, a => a["proc.pid"] == $"{shell.Id}");
                Assert.Equal("65534", alert["user.uid"]);
                Assert.Contains(marked, alert["proc.cmdline"], StringComparison.Ordinal);
                Assert.EndsWith("/bash", alert["proc.exepath"], StringComparison.Ordinal);
                Assert.Equal(0, second.Stop());
            }
            shell.StandardInput.Close();
            shell.WaitForExit();
            Assert.Equal(0, sensor.Stop());
        }
    }

    [Fact]
    public void ItReloadsAndOpensItsFilesAnewAndStartsPrograms()
    {
        using var sensor = Start(out var folder, out var marked, """
            file_output: {enabled: true, keep_alive: true, filename: FOLDER/alerts}
            program_output: {enabled: true, keep_alive: false, program: "cat >> FOLDER/given; unshare --user true 2>>FOLDER/refused; mount -t tmpfs none FOLDER/mnt 2>>FOLDER/refused"}
            watch_config_files: false
            """);
        using (folder)
        {
            Directory.CreateDirectory(Path.Combine(folder.Path, "mnt"));
            sensor.Expect(Rule, Opening(marked));
            Await(() => Has("alerts", Rule) && Has("given", Rule), sensor);
            // As logrotate does it.
            File.Move(Path.Combine(folder.Path, "alerts"), Path.Combine(folder.Path, "alerts.1"));
            sensor.Signal("USR1");
            Await(() => sensor.Logged.Contains("SIGUSR1 received", StringComparison.Ordinal), sensor);
            sensor.Expect(Rule, Opening(marked));
            Await(() => Has("alerts", Rule), sensor);
            var rules = Path.Combine(folder.Path, "rules.yaml");
            File.WriteAllText(rules, File.ReadAllText(rules).Replace("- rule: Marked", "- rule: Marked anew", StringComparison.Ordinal).Replace("evt.type in (", "evt.type in (unlinkat, ", StringComparison.Ordinal));
            sensor.Signal("HUP");
            Await(() => sensor.Logged.Contains("Reloaded:", StringComparison.Ordinal), sensor);
            sensor.Expect("Marked anew", Opening(marked));
            Await(() => Has("alerts", "Marked anew") && Has("given", "Marked anew"), sensor);
            // What the sensor may not do, what it starts may not either.
            Await(() => Has("refused", "unshare") && Has("refused", "mount"), sensor);
            AssertReduced(sensor, SysPtrace | DacReadSearch);
            Assert.Equal(0, sensor.Stop());

            bool Has(string file, string text) => File.Exists(Path.Combine(folder.Path, file)) && File.ReadAllText(Path.Combine(folder.Path, file)).Contains(text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WhatBelongsToAnotherUserIsWrittenWithTheRightToDoSo()
    {
        using var sensor = Start(out var folder, out var marked, "file_output: {enabled: true, filename: FOLDER/others/alerts}\n", prepare: path =>
        {
            Directory.CreateDirectory(Path.Combine(path, "others"));
            Command.Run("chown", "65534:65534", Path.Combine(path, "others")).Succeeded();
        });
        using (folder)
        {
            sensor.Expect(Rule, Opening(marked));
            var file = Path.Combine(folder.Path, "others", "alerts");
            Await(() => File.Exists(file) && File.ReadAllText(file).Contains(Rule, StringComparison.Ordinal), sensor);
            AssertReduced(sensor, SysPtrace | DacReadSearch | DacOverride);
            Assert.Equal(0, sensor.Stop());
        }
    }

    [Fact]
    public async Task AWebServerOnALowPortIsServed()
    {
        using var sensor = Start(out var folder, out _, "webserver: {enabled: true, listen_address: 127.0.0.1, listen_port: 977}\n");
        using (folder)
        {
            AssertReduced(sensor, SysPtrace | DacReadSearch | NetBindService);
            using var client = new HttpClient();
            Assert.Contains("ok", await client.GetStringAsync("http://127.0.0.1:977/healthz", TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.Equal(0, sensor.Stop());
        }
    }

    [Fact]
    public void TheConfigurationSaysWhatIsKept()
    {
        using var sensor = Start(out var folder, out _, "least_privilege: {keep_capabilities: [CAP_KILL]}\n");
        using (folder)
        {
            AssertReduced(sensor, SysPtrace | DacReadSearch | 1ul << 5);
            Assert.Equal(0, sensor.Stop());
        }
        using var all = Start(out var second, out _, "least_privilege: {enabled: false}\n");
        using (second)
        {
            Assert.All(Threads(all), status => Assert.Equal(("0", "0"), (Field(status, "NoNewPrivs"), Field(status, "Seccomp"))));
            Assert.Equal(0, all.Stop());
        }
    }

    [Theory]
    [InlineData("CAP_BPF", "-bpf,-sys_admin")]
    [InlineData("CAP_PERFMON", "-perfmon,-sys_admin")]
    [InlineData("CAP_BPF and CAP_PERFMON", "-bpf,-perfmon,-sys_admin")]
    public void AMissingCapabilityIsNamedInOneLine(string missing, string dropped)
    {
        using var folder = new LiveFolder();
        using var sensor = SensorProcess.StartBy("/usr/bin/setpriv", "--bounding-set", dropped, Repository.Sensor, "-c", folder.Write("config.yaml", "log_level: warning\n"), "-r", Repository.Rules);
        Assert.Equal(1, sensor.WaitForExit(TimeSpan.FromSeconds(20)));
        var error = Assert.Single(sensor.Logged.Split('\n'), line => line.StartsWith("Error:", StringComparison.Ordinal));
        Assert.Contains($"needs {missing}:", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", sensor.Logged, StringComparison.Ordinal);
    }

    [Fact]
    public void FewCapabilitiesAreEnough()
    {
        using var folder = new LiveFolder();
        var marked = folder.Write("marked", "");
        var config = folder.Write("config.yaml", LiveSensor.Configuration(folder.Write("rules.yaml", Rules(marked))));
        using var sensor = SensorProcess.StartBy("/usr/bin/setpriv", "--bounding-set", "-all,+bpf,+perfmon,+sys_ptrace,+dac_read_search", Repository.Sensor, "-c", config);
        sensor.WaitUntilItWatches(() => shared.Deeds.Do("open", marked), alert => alert.Rule == Rule);
        AssertReduced(sensor, SysPtrace | DacReadSearch, bounding: false);
        Assert.Equal(0, sensor.Stop());
    }

    [Fact]
    public void AnotherUserThanRootWatchesWithTheseCapabilities()
    {
        const string Capabilities = "-all,+bpf,+perfmon,+sys_ptrace,+dac_read_search";
        using var folder = new LiveFolder();
        var marked = folder.Write("marked", "");
        var config = folder.Write("config.yaml", LiveSensor.Configuration(folder.Write("rules.yaml", Rules(marked))));
        // A copy that this user may start.
        var program = Path.Combine(folder.Path, "peregrine");
        File.Copy(Repository.Sensor, program);
        using var sensor = SensorProcess.StartBy(
            "/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps", Capabilities, "--ambient-caps", Capabilities, "--bounding-set", Capabilities, program, "-c", config);
        sensor.WaitUntilItWatches(() => shared.Deeds.Do("open", marked), alert => alert.Rule == Rule);
        foreach (var status in Threads(sensor))
        {
            Assert.Equal((SysPtrace | DacReadSearch, SysPtrace | DacReadSearch), (Set(status, "CapEff"), Set(status, "CapPrm")));
            Assert.Equal(("1", "2"), (Field(status, "NoNewPrivs"), Field(status, "Seccomp")));
        }
        Assert.Equal(0, sensor.Stop());
    }

    private SensorProcess Start(out LiveFolder folder, out string marked, string configuration, string? watched = null, Action<string>? prepare = null)
    {
        folder = new LiveFolder("rights");
        prepare?.Invoke(folder.Path);
        var file = marked = watched ?? folder.Write("marked", "");
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        var config = LiveSensor.Configuration(folder.Write("rules.yaml", Rules(file))) + configuration.Replace("FOLDER", folder.Path, StringComparison.Ordinal);
        var sensor = SensorProcess.Start("-c", folder.Write("config.yaml", config));
        sensor.WaitUntilItWatches(() => shared.Deeds.Do("open", file), alert => alert.Rule == Rule);
        return sensor;
    }

    /// <summary>Opens the file, and fits the alert about just that.</summary>
    private Func<Alert, bool> Opening(string marked)
    {
        var pid = $"{shared.Deeds.Do("open", marked).Succeeded().Pid}";
        return alert => alert["proc.pid"] == pid;
    }

    private static void AssertReduced(SensorProcess sensor, ulong kept, bool bounding = true)
    {
        var threads = Threads(sensor);
        Assert.True(threads.Count > 3, $"only {threads.Count} threads");
        Assert.All(threads, status =>
        {
            Assert.Equal(kept, Set(status, "CapEff"));
            Assert.Equal(kept, Set(status, "CapPrm"));
            if (bounding) Assert.Equal(kept, Set(status, "CapBnd"));
            Assert.Equal((0ul, 0ul), (Set(status, "CapInh"), Set(status, "CapAmb")));
            Assert.Equal(("1", "2"), (Field(status, "NoNewPrivs"), Field(status, "Seccomp")));
        });
    }

    /// <summary>The status of each thread; one that has just ended is left out.</summary>
    private static List<string> Threads(SensorProcess sensor)
    {
        var threads = new List<string>();
        foreach (var task in Directory.GetDirectories($"/proc/{sensor.Id}/task"))
        {
            try
            {
                threads.Add(File.ReadAllText(Path.Combine(task, "status")));
            }
            catch (IOException)
            {
            }
        }
        return threads;
    }

    /// <summary>The processes that it has started and that are not forgotten, be they ended.</summary>
    private static List<string> Children(SensorProcess sensor)
    {
        var children = new List<string>();
        foreach (var process in Directory.GetDirectories("/proc").Where(static f => char.IsAsciiDigit(Path.GetFileName(f)[0])))
        {
            try
            {
                var status = File.ReadAllText(Path.Combine(process, "status"));
                if (Field(status, "PPid") == $"{sensor.Id}") children.Add(status);
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }
        return children;
    }

    private static string Field(string status, string name) => status.Split('\n').First(l => l.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

    private static ulong Set(string status, string name) => ulong.Parse(Field(status, name), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static void Tell(Process shell)
    {
        shell.StandardInput.WriteLine();
        shell.StandardInput.Flush();
    }

    private static void Await(Func<bool> condition, SensorProcess sensor)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (sensor.HasExited || clock.Elapsed > TimeSpan.FromSeconds(20)) Assert.Fail($"what was waited for did not come:\n{sensor.Logged}");
            Thread.Sleep(20);
        }
    }

    private static string Rules(string marked) => $"""
        - rule: {Rule}
          desc: The test's file was opened.
          condition: evt.type in (open, openat, openat2) and fd.name = {marked}
          output: opened %fd.name
          priority: NOTICE

        """;
}
