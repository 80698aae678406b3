using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Peregrine.LiveTests.Peers;

/// <summary>A server that a test started, with a configuration, sockets and ports of its own. Ended by its process id.</summary>
internal sealed class Daemon : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private Daemon(Process process)
    {
        _process = process;
        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Said
    {
        get
        {
            lock (_said) return _said.ToString();
        }
    }

    /// <summary>Starts a program and waits until it serves.</summary>
    public static Daemon Start(Func<bool> serves, IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var daemon = new Daemon(Process.Start(start)!);
        if (SpinWait.SpinUntil(() => daemon._process.HasExited || serves(), Patience) && !daemon._process.HasExited) return daemon;
        var said = daemon.Said;
        daemon.Dispose();
        throw new InvalidOperationException($"{program} does not serve; it said:\n{said}");
    }

    public static bool Answers(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            Thread.Sleep(20);
            return false;
        }
    }

    /// <summary>The program's path; the test is skipped where its package is absent.</summary>
    public static string Find(params string[] paths)
    {
        var found = paths.FirstOrDefault(File.Exists);
        Xunit.Assert.SkipWhen(found is null, $"{paths[0]} is missing: ./dev test live installs it");
        return found!;
    }

    public void Dispose()
    {
        if (!_process.HasExited) Harness.Command.Run("/bin/kill", "-TERM", $"{Id}");
        if (!_process.WaitForExit(5_000)) _process.Kill();
        _process.WaitForExit(5_000);
        _process.Dispose();
    }

    private void Take(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is null) return;
        lock (_said) _said.Append(e.Data).Append('\n');
    }
}
