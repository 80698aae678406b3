using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using Peregrine.State;

namespace Peregrine.Kernel.Proc.Accounts;

/// <summary>
/// Asks the host's name service (<c>getent</c>) for ids that its files do not name: accounts of LDAP, SSSD, systemd. Each id is asked once in a while, in the background, with a time limit; the
/// answer serves later events.
/// </summary>
internal sealed class NameService : IDisposable
{
    private const int QueueLength = 128;
    private const int MostKnown = 16_384;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(5);

    private readonly string _program;
    private readonly AccountCounters _counters;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<(bool IsGroup, uint Id), Answer> _answers = new();
    private readonly Channel<(bool IsGroup, uint Id)> _queue = Channel.CreateBounded<(bool, uint)>(QueueLength);

    /// <summary>With a program of the same arguments and answers as <c>getent</c>.</summary>
    internal NameService(string program, AccountCounters counters, TimeProvider time)
    {
        _program = program;
        _counters = counters;
        _time = time;
        new Thread(Run) { IsBackground = true, Name = "name service" }.Start();
    }

    /// <summary>Null where there is nothing to ask: no <c>getent</c>, or <c>nsswitch.conf</c> knows only the files.</summary>
    public static NameService? Find(AccountCounters counters, TimeProvider time)
    {
        if (!HasOtherSources("/etc/nsswitch.conf")) return null;
        foreach (var program in new[] { "/usr/bin/getent", "/bin/getent" })
            if (File.Exists(program)) return new NameService(program, counters, time);
        return null;
    }

    public UserEntry? FindUser(uint uid) => Ask(false, uid).User;

    public GroupEntry? FindGroup(uint gid) => Ask(true, gid).Group;

    public void Dispose() => _queue.Writer.TryComplete();

    private Answer Ask(bool isGroup, uint id)
    {
        var key = (isGroup, id);
        var known = _answers.TryGetValue(key, out var answer);
        if (known && (answer.Time == 0 || _time.GetElapsedTime(answer.Time) < Validity)) return answer;
        if (_answers.Count >= MostKnown) _answers.Clear();
        // Noted before it is asked: nobody queues it twice, and an old answer serves until the new one is there.
        _answers[key] = answer with { Time = 0 };
        if (!_queue.Writer.TryWrite(key)) _answers.TryRemove(key, out _);
        return answer;
    }

    private void Run()
    {
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_queue.Reader.TryRead(out var key))
            {
                _counters.NameServiceQueries++;
                var line = Query(key.IsGroup ? "group" : "passwd", key.Id);
                var user = key.IsGroup ? null : AccountFile.ParseUser(line);
                var group = key.IsGroup ? AccountFile.ParseGroup(line) : null;
                if (user is not null || group is not null) _counters.NameServiceHits++;
                _answers[key] = new Answer(user, group, Math.Max(1, _time.GetTimestamp()));
            }
        }
    }

    /// <summary>The first line that <c>getent</c> prints; empty when it knows nothing, cannot be started or takes too long.</summary>
    private byte[] Query(string database, uint id)
    {
        try
        {
            var start = new ProcessStartInfo(_program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, StandardOutputEncoding = Encoding.Latin1 };
            start.ArgumentList.Add(database);
            start.ArgumentList.Add(id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            using var process = Process.Start(start);
            if (process is null) return [];
            var line = process.StandardOutput.ReadLineAsync();
            if (line.Wait(Patience)) return Encoding.Latin1.GetBytes(line.Result ?? "");
            process.Kill();
            return [];
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or IOException or AggregateException)
        {
            return [];
        }
    }

    private static bool HasOtherSources(string path)
    {
        try
        {
            foreach (var line in File.ReadLines(path))
            {
                if (!line.StartsWith("passwd:", StringComparison.Ordinal) && !line.StartsWith("group:", StringComparison.Ordinal)) continue;
                foreach (var source in line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
                    if (source != "files" && source[0] is not ('[' or '#')) return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
        return false;
    }

    /// <summary>What was answered and when; a time of 0 stands for a question still open.</summary>
    private readonly record struct Answer(UserEntry? User, GroupEntry? Group, long Time);
}
