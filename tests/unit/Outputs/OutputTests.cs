using System.Text;
using Peregrine.Outputs;
using Xunit;

namespace Peregrine.UnitTests.Outputs;

public sealed class OutputTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-outputs-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string In(string name) => Path.Combine(_folder.FullName, name);

    [Fact]
    public void Stdout_writes_each_alert_as_a_line_at_once()
    {
        using var stream = new MemoryStream();
        using var output = new StdoutOutput(stream, buffered: false);
        Deliver(output, "one", "two");
        Assert.Equal("one\ntwo\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void Stdout_keeps_lines_back_when_buffered()
    {
        using var stream = new MemoryStream();
        using var output = new StdoutOutput(stream, buffered: true);
        Deliver(output, "one");
        Assert.Equal(0, stream.Length);
        output.Flush();
        Assert.Equal("one\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void File_appends_and_follows_a_rotation(bool keepOpen)
    {
        File.WriteAllText(In("log"), "before\n");
        using var output = new FileOutput(In("log"), keepOpen);
        Deliver(output, "one");
        File.Move(In("log"), In("log.1"));
        output.Reopen();
        Deliver(output, "two");
        Assert.Equal("before\none\n", File.ReadAllText(In("log.1")));
        Assert.Equal("two\n", File.ReadAllText(In("log")));
    }

    [Fact]
    public void File_fails_where_it_cannot_write_and_recovers()
    {
        using var output = new FileOutput(In("missing/log"), keepOpen: true);
        Assert.ThrowsAny<IOException>(() => Deliver(output, "lost"));
        _folder.CreateSubdirectory("missing");
        Deliver(output, "kept");
        Assert.Equal("kept\n", File.ReadAllText(In("missing/log")));
    }

    [Fact]
    public void Program_gets_one_alert_per_run()
    {
        using var output = new ProgramOutput($"cat >> {In("got")}; echo end >> {In("got")}", keepRunning: false, Long);
        Deliver(output, "one", "two");
        Assert.Equal("one\nend\ntwo\nend\n", File.ReadAllText(In("got")));
    }

    [Fact]
    public void Program_is_kept_running_and_started_again_when_it_ends()
    {
        using (var output = new ProgramOutput($"cat >> {In("got")}; echo end >> {In("got")}", keepRunning: true, Long))
        {
            Deliver(output, "one", "two");
        }
        Assert.Equal("one\ntwo\nend\n", File.ReadAllText(In("got")));
    }

    [Fact]
    public void A_program_that_is_kept_and_ends_is_started_again()
    {
        using (var output = new ProgramOutput($"read line; echo $line >> {In("got")}", keepRunning: true, Long))
        using (var queue = new OutputQueue(output, new QueueOptions { Retry = new RetryOptions { FirstDelay = TimeSpan.FromMilliseconds(1) } }, OutputLog.Silent))
        {
            for (var i = 1; i <= 3; i++)
            {
                queue.Offer(Alerts.Text($"{i}"));
                Assert.True(SpinWait.SpinUntil(() => File.Exists(In("got")) && File.ReadAllLines(In("got")).Length == i, TimeSpan.FromSeconds(20)));
                // It ends now; the next alert may still find its pipe.
                Thread.Sleep(200);
            }
        }
        Assert.Equal("1\n2\n3\n", File.ReadAllText(In("got")));
    }

    [Fact]
    public void A_program_that_does_not_end_is_ended_with_all_that_it_started()
    {
        using var output = new ProgramOutput($"sleep 1000 & echo $! > {In("pid")}; wait", keepRunning: false, TimeSpan.FromMilliseconds(500));
        var error = Assert.Throws<DeliveryException>(() => Deliver(output, "one"));
        Assert.Equal(DeliveryFailure.TimedOut, error.Failure);
        var pid = File.ReadAllText(In("pid")).Trim();
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{pid}"), TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void A_program_needs_not_read_what_it_is_told()
    {
        using var output = new ProgramOutput("exec <&-; exit 3", keepRunning: false, Long);
        Deliver(output, "one", new string('x', 200_000));
    }

    [Fact]
    public void A_command_is_not_named_in_errors()
    {
        using var output = new ProgramOutput("sleep 1000 # https://hooks.example.com/SECRET", keepRunning: false, TimeSpan.FromMilliseconds(100));
        var error = Assert.Throws<DeliveryException>(() => Deliver(output, "one"));
        Assert.DoesNotContain("SECRET", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_short_by_others_goes_on_at_its_new_end()
    {
        using var output = new FileOutput(In("log"), keepOpen: true);
        Deliver(output, "one", "two");
        using (var other = new FileStream(In("log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) other.SetLength(0);
        Deliver(output, "three");
        Assert.Equal("three\n", File.ReadAllText(In("log")));
    }

    private static void Deliver(IAlertOutput output, params string[] lines)
    {
        var report = default(DeliveryReport);
        output.Deliver(lines.Select(l => Alerts.Text(l)).ToArray(), ref report);
    }
}
