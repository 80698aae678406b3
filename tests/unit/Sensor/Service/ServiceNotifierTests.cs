using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Peregrine.Outputs;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Logging;
using Peregrine.Sensor.Service;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Service;

public sealed class ServiceNotifierTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-notify-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_manager_hears_of_start_reload_and_end(bool isAbstract)
    {
        var name = isAbstract ? $"@peregrine-test-{Guid.NewGuid():N}" : Path.Combine(_folder.FullName, "notify");
        using var manager = Listen(isAbstract ? "\0" + name[1..] : name);
        using var notifier = ServiceNotifier.Of(key => key == "NOTIFY_SOCKET" ? name : null);
        notifier.Ready("Watching\nmuch");
        notifier.Reloading();
        notifier.Stopping();
        Assert.Equal("READY=1\nSTATUS=Watching much", Receive(manager));
        var reloading = Receive(manager).Split('\n');
        Assert.Equal("RELOADING=1", reloading[0]);
        Assert.True(ulong.Parse(reloading[1].Replace("MONOTONIC_USEC=", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) > 0);
        Assert.Equal("STOPPING=1", Receive(manager));
    }

    [Fact]
    public void A_sensor_tells_its_manager_what_it_does_and_that_its_worker_works()
    {
        var name = Path.Combine(_folder.FullName, "notify");
        using var manager = Listen(name);
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = name, ["WATCHDOG_USEC"] = "100000" };
        using (var sensor = new IdleSensor("", environment.GetValueOrDefault))
        {
            Until(manager, "READY=1\nSTATUS=No events are read");
            Until(manager, "WATCHDOG=1");
            sensor.WriteRules(2);
            Until(manager, "RELOADING=1");
            Until(manager, "READY=1");
            sensor.Write("rules.yaml", "- rule: [");
            Until(manager, "READY=1\nSTATUS=The last reload was refused");
        }
    }

    [Fact]
    public void A_manager_that_is_gone_or_never_was_costs_nothing()
    {
        using var nobody = ServiceNotifier.Of(_ => null);
        nobody.Ready("x");
        using var gone = ServiceNotifier.Of(key => key == "NOTIFY_SOCKET" ? Path.Combine(_folder.FullName, "gone") : null);
        gone.Alive();
        Assert.Null(gone.WatchdogInterval);
    }

    [Theory]
    [InlineData("60000000", null, 60_000)]
    [InlineData("60000000", "OURS", 60_000)]
    [InlineData("60000000", "1", null)]
    [InlineData("0", null, null)]
    [InlineData("soon", null, null)]
    public void The_watchdog_is_ours_when_it_is_meant_for_us(string interval, string? pid, int? milliseconds)
    {
        using var notifier = ServiceNotifier.Of(key => key switch { "WATCHDOG_USEC" => interval, "WATCHDOG_PID" => pid == "OURS" ? $"{Environment.ProcessId}" : pid, _ => null });
        Assert.Equal(milliseconds, (int?)notifier.WatchdogInterval?.TotalMilliseconds);
    }

    [Fact]
    public void Lines_for_the_journal_begin_with_their_priority()
    {
        var error = new StringWriter();
        using var log = new SensorLog(error, new LogOptions(Stderr: true, Syslog: false, AlertPriority.Informational, IsoTime: false), TimeProvider.System) { ForJournal = true };
        log.Warning("first\nsecond");
        log.Info("third");
        Assert.Equal("<4>Warning: first\n<4>second\n<6>third\n", error.ToString());
    }

    [Fact]
    public void The_journal_is_known_by_device_and_inode()
    {
        Assert.False(Journal.IsStandardError(_ => null));
        Assert.False(Journal.IsStandardError(_ => "1:2"));
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-L", "-c", "%d:%i", $"/proc/{Environment.ProcessId}/fd/2"]) { RedirectStandardOutput = true })!;
        var ours = stat.StandardOutput.ReadToEnd().Trim();
        stat.WaitForExit();
        Assert.True(Journal.IsStandardError(key => key == "JOURNAL_STREAM" ? ours : null));
    }

    [Fact]
    public async Task The_unit_is_in_order()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd is not installed");
        var unit = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "systemd", "peregrine.service"));
        Assert.Contains("\nType=notify\n", unit, StringComparison.Ordinal);
        var copy = Path.Combine(_folder.FullName, "peregrine.service");
        File.WriteAllText(copy, unit.Replace("/usr/bin/peregrine", "/bin/true", StringComparison.Ordinal));
        using var analyze = Process.Start(new ProcessStartInfo("/usr/bin/systemd-analyze", ["verify", "--man=no", copy]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (output, complaints) = (analyze.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), analyze.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await analyze.WaitForExitAsync(TestContext.Current.CancellationToken);
        // Other units of the machine are none of ours.
        var ours = (await output + await complaints).Split('\n').Where(l => l.Contains("peregrine", StringComparison.Ordinal));
        Assert.Empty(ours);
        Assert.Equal(0, analyze.ExitCode);
    }

    private static Socket Listen(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };
        socket.Bind(new UnixDomainSocketEndPoint(name));
        return socket;
    }

    private static string Receive(Socket socket)
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }

    /// <summary>Reads past what else is told, which the watchdog does all the time.</summary>
    private static void Until(Socket manager, string begins)
    {
        var clock = Stopwatch.StartNew();
        while (!Receive(manager).StartsWith(begins, StringComparison.Ordinal)) Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"'{begins}' was not told");
    }
}
