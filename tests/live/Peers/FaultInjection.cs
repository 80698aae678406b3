using System.Diagnostics;
using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Peers;

/// <summary>Makes system calls of a running program fail: strace is attached, lets the first ones pass and answers one with an error in the kernel's place.</summary>
internal sealed class FaultInjection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Process _strace;
    private readonly string _log;

    private FaultInjection(Process strace, string log) => (_strace, _log) = (strace, log);

    /// <param name="folder">Where strace writes.</param>
    /// <param name="target">A thread, or a process when <paramref name="all"/>.</param>
    /// <param name="all">Whether all threads of the process are meant; each counts for itself.</param>
    /// <param name="calls">The system calls, with commas.</param>
    /// <param name="error">Which error they give.</param>
    /// <param name="use">At which use, from 1.</param>
    public static FaultInjection Start(LiveFolder folder, int target, bool all, string calls, string error, int use)
    {
        var log = Path.Combine(folder.Path, "strace.log");
        File.Delete(log);
        string[] arguments = ["-o", log, "-e", "trace=" + calls, "-e", $"inject={calls}:error={error}:when={use}", .. all ? new[] { "-f" } : [], "-p", $"{target}"];
        var strace = Command.Start(null, "/usr/bin/strace", arguments);
        // It says so when it is attached.
        var attached = strace.StandardError.ReadLine() ?? "";
        var injection = new FaultInjection(strace, log);
        if (attached.Contains("attached", StringComparison.Ordinal)) return injection;
        injection.Dispose();
        throw new InvalidOperationException($"strace: {attached}");
    }

    /// <summary>How many calls were made to fail.</summary>
    public int Count => File.Exists(_log) ? Read().Split("(INJECTED)").Length - 1 : 0;

    public string Read()
    {
        using var reader = new StreamReader(new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    /// <summary>The thread of a process with this name.</summary>
    public static int Thread(int process, string name)
    {
        var found = 0;
        SpinWait.SpinUntil(() => (found = Find(process, name)) != 0, Patience);
        return found != 0 ? found : throw new InvalidOperationException($"the process has no thread '{name}'");
    }

    public void Dispose()
    {
        if (!_strace.HasExited) Command.Run("/bin/kill", "-INT", $"{_strace.Id}");
        if (!_strace.WaitForExit(5_000)) _strace.Kill();
        _strace.Dispose();
    }

    private static int Find(int process, string name)
    {
        foreach (var task in Directory.GetDirectories($"/proc/{process}/task"))
        {
            try
            {
                if (File.ReadAllText(task + "/comm").TrimEnd() == name) return int.Parse(Path.GetFileName(task), System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // The thread has just ended.
            }
        }
        return 0;
    }
}
