using System.Collections.Concurrent;
using Peregrine.Containers.Disk;
using Peregrine.Containers.Engines;
using Peregrine.State;

namespace Peregrine.Containers;

/// <summary>
/// Finds out what containers are. The worker asks through one queue and takes answers from another, and neither of its sides waits or locks; a thread of its own takes the questions,
/// reads what engines left on disk, and has tasks ask the engines. Engines also report new containers by themselves, so that the answer is often here before the question.
/// </summary>
public sealed class ContainerDirectory : IContainerDirectory, IDisposable
{
    /// <summary>Questions that wait while the thread is busy; more at one time are refused and counted.</summary>
    private const int QuestionRoom = 8192;

    private const int AnswerRoom = 8192;

    /// <summary>A container that no engine knows may be one that is just being made: it is asked about again after these times.</summary>
    private static readonly int[] Retries = [40, 100, 250, 600, 1500, 4000];

    /// <summary>How long a removed container is remembered: its last events may still be on their way.</summary>
    private const long Remembered = 60_000;

    private readonly ContainerOptions _options;
    private readonly IWakeUp _wake;
    private readonly DiskSource _disk;
    private readonly List<EngineConnection> _connections;
    private readonly Handover<ContainerQuestion> _questions = new(QuestionRoom);
    private readonly Handover<ContainerAnswer> _answers = new(AnswerRoom);
    private readonly ConcurrentQueue<Action> _inbox = new();
    private readonly Queue<ContainerAnswer> _overflow = new();
    private readonly Dictionary<string, ContainerRecord> _records = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private readonly Thread _thread;
    private readonly List<Task> _running = [];
    private readonly Action _answered;
    private long _nextCleaning;
    private long _nextLook;
    private bool _someWait;
    private ulong _refused;

    /// <param name="options">Whom to ask.</param>
    /// <param name="wake">Wakes the thread; disposed of with the directory.</param>
    /// <param name="answered">Called on the directory's thread when there is an answer to take, so that a worker that sleeps wakes up.</param>
    public ContainerDirectory(ContainerOptions options, IWakeUp wake, Action answered)
    {
        (_options, _wake, _answered) = (options, wake, answered);
        _disk = new DiskSource(options);
        _connections = EngineList.Connections(options);
        _thread = new Thread(Run) { Name = "containers", IsBackground = true };
    }

    /// <summary>The sockets at which engines are looked for, as this process sees them.</summary>
    public static IEnumerable<string> Sockets(ContainerOptions options) => EngineList.Connections(options).Select(c => options.OnHost(c.Socket));

    /// <summary>Whether <see cref="Deliver"/> has something to do. One look at two counters.</summary>
    public bool HasAnswers => !_answers.IsEmpty;

    /// <summary>Questions that found no place in the queue.</summary>
    public ulong Refused => _refused;

    /// <summary>The engines, for metrics and reports.</summary>
    public IReadOnlyList<EngineReport> Engines => [.. _connections.Select(c => new EngineReport(c.Name, c.Socket, c.State, c.Failure, c.Counters))];

    /// <summary>Begins to reach the engines.</summary>
    public void Start()
    {
        _thread.Start();
        foreach (var connection in _connections)
            _running.Add(Task.Run(() => connection.RunAsync(c => Post(() => OnReady(c)), (c, e) => Post(() => OnEvent(c, e)), _end.Token)));
    }

    public void Ask(ContainerEntry container, ThreadEntry witness, StateEngine state)
    {
        if (container.Engine is ContainerEngine.Static or ContainerEngine.Host) return;
        var question = new ContainerQuestion(container, Trace(container, witness, state));
        if (_questions.TryPut(question))
        {
            container.Learn(null, ContainerLookup.Waiting);
            _wake.Signal();
            return;
        }
        _refused++;
        container.Learn(null, ContainerLookup.Failed, "too many containers at once"u8.ToArray());
    }

    public void Forget(ContainerEntry container)
    {
        // Without a place it stays until the table is full; nothing breaks.
        if (_questions.TryPut(new ContainerQuestion(container, null))) _wake.Signal();
    }

    /// <summary>Gives the answers to the containers' entries, and tells of each. To be called by the worker, between two events.</summary>
    public void Deliver(Action<ContainerEntry>? learned = null)
    {
        while (_answers.TryTake(out var answer))
        {
            answer.Container.Learn(answer.Details, answer.Lookup, answer.Reason);
            learned?.Invoke(answer.Container);
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _wake.Signal();
        if (_thread.IsAlive) _thread.Join(TimeSpan.FromSeconds(5));
        Task.WhenAll(_running).Wait(TimeSpan.FromSeconds(5));
        foreach (var connection in _connections) connection.Dispose();
        _end.Dispose();
        _wake.Dispose();
    }

    private static ProcessTrace[] Trace(ContainerEntry container, ThreadEntry witness, StateEngine state)
    {
        const int Farthest = 8;
        var trace = new List<ProcessTrace>(4);
        foreach (var ancestor in state.Threads.Ancestors(witness))
        {
            // What runs inside may call itself as it likes; only what set the container up is believed.
            if (!ReferenceEquals(ancestor.Container, container)) trace.Add(new(ancestor.Pid, ancestor.Exe, ancestor.Args, ancestor.Group.Cwd));
            if (trace.Count == Farthest) break;
        }
        return [.. trace];
    }

    private void Post(Action work)
    {
        _inbox.Enqueue(work);
        _wake.Signal();
    }

    private void Run()
    {
        while (!_end.IsCancellationRequested)
        {
            _wake.Wait(_someWait || _overflow.Count > 0 ? TimeSpan.FromMilliseconds(20) : _options.SocketInterval);
            while (_questions.TryTake(out var question)) Take(question);
            while (_inbox.TryDequeue(out var work)) work();
            Retry();
            LookForEngines();
            var told = false;
            while (_overflow.TryPeek(out var answer) && _answers.TryPut(answer))
            {
                _overflow.Dequeue();
                told = true;
            }
            if (told) _answered();
        }
    }

    private void Take(ContainerQuestion question)
    {
        var id = Utf8.Text(question.Container.FullId);
        if (question.Ancestors is not { } ancestors)
        {
            if (_records.TryGetValue(id, out var left) && ReferenceEquals(left.Entry, question.Container)) _records.Remove(id);
            return;
        }
        var record = Record(id);
        (record.Entry, record.LeftAt) = (question.Container, 0);
        if (_options.ReadDisk && !record.Has(SourceRank.Disk)) ReadDisk(record, question.Container.Engine, ancestors);
        if (record.IsAnswered)
        {
            Answer(record, ContainerLookup.Answered, null);
            return;
        }
        if (record.IsKnown) Answer(record, ContainerLookup.Waiting, null);
        if (record.Open == 0) AskEngines(record);
    }

    private void ReadDisk(ContainerRecord record, ContainerEngine engine, ProcessTrace[] ancestors)
    {
        try
        {
            var details = _disk.Read(engine, record.Id, ancestors, out var place);
            record.Namespace = place.Namespace;
            if (details is not null) record.Learn(SourceRank.Disk, details);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException)
        {
            // A file that holds what no engine writes: text that is no text, times that are none. The engine will be asked all the same.
        }
    }

    private ContainerRecord Record(string id)
    {
        if (_records.TryGetValue(id, out var record)) return record;
        if (_records.Count >= _options.MaxContainers) Shrink();
        return _records[id] = new ContainerRecord(id);
    }

    private void AskEngines(ContainerRecord record)
    {
        (record.NextAttempt, record.AnyEngine) = (0, false);
        record.Failures.Clear();
        record.Attempts++;
        var engine = record.Entry!.Engine;
        foreach (var connection in _connections)
        {
            if (!EngineList.MayKnow(connection.Name, engine)) continue;
            connection.Look();
            AskOne(record, connection);
        }
        if (record.Open == 0) Conclude(record);
    }

    private void AskOne(ContainerRecord record, EngineConnection connection)
    {
        record.Open++;
        var request = new EngineRequest(record.Id, record.Namespace);
        _ = Task.Run(async () =>
        {
            var outcome = await connection.AskAsync(request, _end.Token).ConfigureAwait(false);
            Post(() => Hear(record, connection, outcome));
        });
    }

    private void Hear(ContainerRecord record, EngineConnection connection, EngineOutcome outcome)
    {
        record.Open--;
        record.AnyEngine |= !outcome.IsAbsent;
        if (outcome.Failure is { } failure) record.Failures.Add(failure);
        if (outcome.Details is { } details)
        {
            record.Learn(connection.Rank, details);
            if (record.IsAnswered || record.Open > 0) Answer(record, record.IsAnswered ? ContainerLookup.Answered : ContainerLookup.Waiting, null);
        }
        if (record.Open == 0 && !record.IsAnswered) Conclude(record);
    }

    /// <summary>All engines have been heard, and the container's own has not answered.</summary>
    private void Conclude(ContainerRecord record)
    {
        if (record.Entry is null) return;
        if (record.Has(SourceRank.Lower))
        {
            // What containerd knows is enough; of a pod's container its CRI will know more as soon as it has finished making it.
            Answer(record, ContainerLookup.Answered, null);
            if (record.Details!.PodName.Length > 0) AskLater(record);
        }
        else if (record.Failures.Count > 0)
        {
            // Nothing waits for it any more, but an engine that stumbled once may know it the next time.
            Answer(record, ContainerLookup.Failed, Utf8.Of(string.Join("; ", record.Failures)));
            AskLater(record);
        }
        else if (!record.AnyEngine) Answer(record, ContainerLookup.NoEngine, null);
        else if (!AskLater(record)) Answer(record, ContainerLookup.NotFound, null);
    }

    /// <summary>False when it has been tried often enough.</summary>
    private bool AskLater(ContainerRecord record)
    {
        if (record.Attempts > Retries.Length) return false;
        record.NextAttempt = Environment.TickCount64 + Retries[Math.Max(record.Attempts - 1, 0)];
        return _someWait = true;
    }

    private void Answer(ContainerRecord record, ContainerLookup lookup, byte[]? reason)
    {
        if (record.Entry is { } entry) _overflow.Enqueue(new ContainerAnswer(entry, record.Details, lookup, reason));
    }

    /// <summary>An engine can be asked again: everything that it may know and has not told yet.</summary>
    private void OnReady(EngineConnection connection)
    {
        foreach (var record in _records.Values)
        {
            if (record.Entry is not { } entry || record.IsAnswered || record.Open > 0 || !EngineList.MayKnow(connection.Name, entry.Engine)) continue;
            (record.NextAttempt, record.AnyEngine) = (0, true);
            record.Failures.Clear();
            AskOne(record, connection);
        }
    }

    private void OnEvent(EngineConnection connection, EngineEvent e)
    {
        if (e.Kind == EngineEventKind.Removed)
        {
            if (_records.TryGetValue(e.Id, out var gone)) gone.LeftAt = Environment.TickCount64;
            return;
        }
        if (!_options.Hooks.HasFlag(e.Kind == EngineEventKind.Created ? EngineHooks.Create : EngineHooks.Start)) return;
        AskOne(Record(e.Id), connection);
    }

    private void Retry()
    {
        var now = Environment.TickCount64;
        if (_someWait)
        {
            _someWait = false;
            foreach (var record in _records.Values)
            {
                if (record.NextAttempt == 0 || record.Open > 0) continue;
                if (record.NextAttempt <= now) AskEngines(record);
                else _someWait = true;
            }
        }
        if (now < _nextCleaning) return;
        _nextCleaning = now + Remembered / 4;
        Clean(now);
    }

    private void LookForEngines()
    {
        var now = Environment.TickCount64;
        if (now < _nextLook) return;
        _nextLook = now + (long)_options.SocketInterval.TotalMilliseconds;
        foreach (var connection in _connections) connection.Look();
    }

    /// <summary>Forgets the containers that were removed a while ago and of which the worker never saw a process; it tells itself when the others may go.</summary>
    private void Clean(long now)
    {
        foreach (var (id, record) in _records)
            if (record is { LeftAt: > 0, Open: 0, Entry: null } && now - record.LeftAt > Remembered) _records.Remove(id);
    }

    /// <summary>Makes room: what nobody has asked about goes first.</summary>
    private void Shrink()
    {
        foreach (var (id, record) in _records)
            if (record.Entry is null && record.Open == 0) _records.Remove(id);
        if (_records.Count < _options.MaxContainers) return;
        foreach (var id in _records.Keys.Take(_options.MaxContainers / 4).ToList()) _records.Remove(id);
    }
}

/// <summary>One engine's socket as reports and metrics show it.</summary>
public sealed record EngineReport(string Engine, string Socket, EngineState State, string Failure, EngineCounters Counters);
