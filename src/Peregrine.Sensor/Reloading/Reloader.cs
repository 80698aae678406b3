using System.Diagnostics;
using Peregrine.Kernel.Files;
using Peregrine.Sensor.CommandLine;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Reloading;

/// <summary>
/// The one writer of the configuration. A thread of its own waits until a file changes or somebody asks; then 1 makes the next generation aside, 2 offers it to the worker and waits until
/// it is in force, 3 ends the outputs that were replaced. What cannot be made is refused with its error, and what runs goes on.
/// </summary>
internal sealed class Reloader : IDisposable
{
    /// <summary>A change is acted on when the files have been left alone for this long: several files often change together.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    /// <summary>But no later than this, should they never be left alone.</summary>
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Forever = TimeSpan.FromMilliseconds(-1);

    private readonly Session _session;
    private readonly GenerationMaker _maker;
    private readonly Action<Generation> _inForce;
    private readonly FileChanges _changes = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Thread _thread;
    private readonly HashSet<string> _unwatchable = new(StringComparer.Ordinal);
    private IReadOnlyList<string> _watched;
    private Fingerprint _seen;
    private int _requested;

    /// <param name="session">What runs.</param>
    /// <param name="maker">Makes generations from the files.</param>
    /// <param name="inForce">Told of each generation when the worker works with it, of the first too; on the reloading thread, so that nothing of it delays the start.</param>
    public Reloader(Session session, GenerationMaker maker, Action<Generation> inForce)
    {
        (_session, _maker, _inForce) = (session, maker, inForce);
        _watched = session.Current.Watched;
        _seen = Look();
        _thread = new Thread(Run) { IsBackground = true, Name = "reload" };
        _thread.Start();
    }

    /// <summary>Asks for a reload whether or not a file changed. From any thread; returns at once.</summary>
    public void Request()
    {
        Interlocked.Exchange(ref _requested, 1);
        _changes.WakeUp();
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _changes.WakeUp();
        _thread.Join();
        _changes.Dispose();
        _stopping.Dispose();
    }

    private void Run()
    {
        Watch(_watched);
        _inForce(_session.Current);
        // What changed before the watch began, at the start or while a generation was made, is found by looking.
        var look = true;
        while (!_stopping.IsCancellationRequested)
        {
            var changed = look || _changes.Wait(Forever) == ChangeWait.Changed;
            look = false;
            if (Interlocked.Exchange(ref _requested, 0) != 0)
            {
                Reload();
                look = true;
            }
            else if (changed && _session.Configuration.WatchFiles)
            {
                // A request ends the waiting; it is answered first.
                var now = Settle();
                look = now is null || !now.Equals(_seen);
                if (now is not null && look) Reload();
            }
        }
    }

    /// <summary>Waits for the files to be left alone and says what they are then. Null when something more urgent came up.</summary>
    /// <remarks>
    /// A file that is written in place is empty for a moment. That its time stands still tells that the moment is over; but a writer may be held up, and no rules is a bad thing to load: what was
    /// cut to nothing is given the whole time.
    /// </remarks>
    private Fingerprint? Settle()
    {
        var start = Stopwatch.GetTimestamp();
        for (var last = Look(); ;)
        {
            var ended = _changes.Wait(Quiet);
            if (ended == ChangeWait.WokenUp) return null;
            var now = Look();
            if ((ended == ChangeWait.TimedOut && now.Equals(last) && !now.IsCutShort(_seen)) || Stopwatch.GetElapsedTime(start) > LongestSettling) return now;
            last = now;
        }
    }

    private Fingerprint Look() => Fingerprint.Of(_watched);

    private void Reload()
    {
        var last = _session.Current;
        _session.Service.Reloading();
        // Looked at before they are read: what changes meanwhile is found afterwards.
        _seen = Look();
        var sources = new ConfigSources();
        var start = Stopwatch.GetTimestamp();
        Generation next;
        try
        {
            next = _maker.MakeNext(last, _session.Outputs, sources);
        }
        catch (Exception e)
        {
            // Whatever a file did to us: the sensor goes on with what it has.
            var reason = e is ConfigException c ? sources.Describe(c) : e.Message;
            _session.Log.Error($"Reload refused, the last configuration stays in force: {reason}");
            Watch([.. last.Watched.Union(_maker.Tried)]);
            _session.Reloads.Refused(reason);
            _session.Service.Ready("The last reload was refused; the configuration before it is in force");
            return;
        }
        Enforce(last, next, start);
    }

    private void Enforce(Generation last, Generation next, long start)
    {
        foreach (var key in RestartOnly.Differences(last.Configuration, next.Configuration)) _session.Log.Warning($"the change of '{key}' takes effect when the sensor is started again");
        if (!_session.Errands.Ask(worker => worker.TakeUp(next), Forever, _stopping.Token))
        {
            _session.Outputs.Discard(next.Outputs);
            next.Dispose();
            return;
        }
        _session.Log.Info(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Reloaded: {next.Rules.EnabledCount} rules, {next.Syscalls.Count} system calls (configuration {next.Number}, {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms)"));
        Watch(next.Watched);
        _session.Reloads.Succeeded();
        _inForce(next);
        _session.Service.Ready($"Watching {next.Syscalls.Count} system calls with {next.Rules.EnabledCount} rules");
        _session.Outputs.EndReplaced();
    }

    /// <summary>Watches the files of the generation in force, and those of one that was refused. Links may lead elsewhere after every change.</summary>
    private void Watch(IReadOnlyList<string> paths)
    {
        // Files that were not looked at before are as they were just read; should they have changed since, the folder tells.
        if (!paths.SequenceEqual(_watched)) (_watched, _seen) = (paths, Fingerprint.Of(paths));
        var folders = _session.Configuration.WatchFiles ? WatchedFolders.Of(paths) : [];
        foreach (var (folder, reason) in _changes.Watch(folders))
            if (_unwatchable.Add(folder)) _session.Log.Warning($"changes in {folder} are not noticed ({reason}); SIGHUP reloads");
    }
}
