using System.Diagnostics;
using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Engines;

/// <summary>An engine that starts containers for real. Each keeps everything it writes in a folder of the test and takes it away at the end.</summary>
public interface IContainerEngine : IDisposable
{
    /// <summary>Starts a container that stays; returns the id that the sensor must show (12 characters of a hash, or the whole name).</summary>
    string Start(bool terminal, params string[] program);

    /// <summary>The same for one that nothing is kept from, as far as this machine's root may.</summary>
    string StartPrivileged(params string[] program);

    /// <summary>Runs a program in a running container to its end.</summary>
    CommandResult Exec(string id, uint user, params string[] program);

    /// <summary>Runs a shell on a terminal in a running container; the shell gets these words behind its name.</summary>
    CommandResult ExecTerminal(string id, params string[] program);

    void Remove(string id);
}

/// <summary>A daemon of a test: started, waited for, ended by its number.</summary>
internal sealed class Daemon : IDisposable
{
    private readonly Process _process;

    public Daemon(string log, string program, params string[] arguments)
    {
        // Through a shell only to send what it says to a file: a pipe would fill up.
        _process = Command.Start(null, "/bin/bash", ["-c", "log=$1; shift; exec \"$@\" > \"$log\" 2>&1", "bash", log, program, .. arguments]);
        Log = log;
    }

    public string Log { get; }

    public void WaitFor(Func<bool> ready)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(40))
        {
            if (_process.HasExited) break;
            if (ready()) return;
            Thread.Sleep(100);
        }
        throw new InvalidOperationException("a container engine did not start:\n" + string.Join('\n', File.ReadLines(Log).TakeLast(20)));
    }

    public void Dispose()
    {
        if (!_process.HasExited) Command.Run("/bin/kill", "-TERM", $"{_process.Id}");
        if (!_process.WaitForExit(TimeSpan.FromSeconds(15))) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
