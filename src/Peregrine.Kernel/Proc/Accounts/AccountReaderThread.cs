using System.Threading.Channels;
using Peregrine.Kernel.Proc.Native;

namespace Peregrine.Kernel.Proc.Accounts;

/// <summary>
/// Reads account files away from the events, one root at a time. A file system that never answers (FUSE in a container, a dead file server) costs its thread, not the sensor: the thread is left
/// behind and a new one goes on, up to a few.
/// </summary>
internal sealed class AccountReaderThread : IDisposable
{
    private const int QueueLength = 256;
    private const int MostAbandoned = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Channel<(MountAccounts Accounts, long Pid)> _queue =
        Channel.CreateBounded<(MountAccounts, long)>(new BoundedChannelOptions(QueueLength) { SingleReader = false, FullMode = BoundedChannelFullMode.Wait });
    private readonly ProcDirectory _proc;
    private readonly AccountCounters _counters;
    private readonly TimeProvider _time;
    private Session _session;
    private int _stuck;

    public AccountReaderThread(ProcDirectory proc, AccountCounters counters, TimeProvider time)
    {
        _proc = proc;
        _counters = counters;
        _time = time;
        _session = Start();
    }

    /// <summary>Asks for a check of a namespace's files through a process that lives in it. False when the queue is full or nobody is left to read.</summary>
    public bool TryQueue(MountAccounts accounts, long pid)
    {
        Replace();
        if (accounts.Abandoned || Interlocked.Exchange(ref accounts.Pending, 1) != 0) return !accounts.Abandoned;
        accounts.Checked.Reset();
        if (_queue.Writer.TryWrite((accounts, pid))) return true;
        Volatile.Write(ref accounts.Pending, 0);
        return false;
    }

    public void Dispose() => _queue.Writer.TryComplete();

    /// <summary>Leaves a reader behind that has been stuck too long.</summary>
    private void Replace()
    {
        var session = _session;
        if (session.Current is not { } stuck || _time.GetElapsedTime(Volatile.Read(ref session.Since)) < Patience) return;
        if (Volatile.Read(ref _stuck) >= MostAbandoned) return;
        Interlocked.Increment(ref _stuck);
        stuck.Abandoned = true;
        session.IsAbandoned = true;
        _counters.ReadersAbandoned++;
        _session = Start();
    }

    private Session Start()
    {
        var session = new Session();
        new Thread(() => Run(session)) { IsBackground = true, Name = "accounts" }.Start();
        return session;
    }

    private void Run(Session session)
    {
        var reader = new AccountReader(_counters);
        MountAccounts? last = null;
        while (!session.IsAbandoned && _queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (!session.IsAbandoned && _queue.Reader.TryRead(out var item))
            {
                Volatile.Write(ref session.Since, _time.GetTimestamp());
                session.Current = last = item.Accounts;
                Check(reader, item.Accounts, item.Pid);
                session.Current = null;
            }
        }
        if (!session.IsAbandoned) return;
        // It was slow, not stuck: a busy machine, or a file server that answers again.
        last?.Abandoned = false;
        Interlocked.Decrement(ref _stuck);
    }

    private void Check(AccountReader reader, MountAccounts accounts, long pid)
    {
        using (var process = ProcDirectory.Open(_proc.Fd, pid))
        using (var root = process.IsOpen ? ProcDirectory.Open(process.Fd, "root"u8) : default)
        {
            if (process.IsOpen && root.IsOpen) accounts.Set = reader.Read(root, accounts.Set ?? AccountSet.Empty);
            // A process that has gone meanwhile shows nothing: the next one that lives there is looked through at once, not after a pause.
            if (process.IsOpen) Volatile.Write(ref accounts.CheckedAt, _time.GetTimestamp());
        }
        Volatile.Write(ref accounts.Pending, 0);
        accounts.Checked.Set();
    }

    /// <summary>One reader's life.</summary>
    private sealed class Session
    {
        public volatile MountAccounts? Current;
        public long Since;
        public volatile bool IsAbandoned;
    }
}
