using System.Diagnostics;
using System.Globalization;
using Peregrine.Capture;
using Peregrine.Events;
using Peregrine.Rules;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Logging;
using Peregrine.State;

namespace Peregrine.Sensor.Recording;

/// <summary>
/// Captures that alerts start. One runs at a time; further alerts while it runs make it longer. It ends with the first event at or after its end, or when its file is as large as it may be.
/// With a flight recorder it begins before the alert. Belongs to the worker; files are packed and written on threads of their own, and a disk that does not keep up ends the capture,
/// never the worker's pace.
/// </summary>
/// <remarks>For each event: <see cref="Before"/>, the state's update, <see cref="OnMatch"/> for each rule that matches, <see cref="After"/>.</remarks>
internal sealed class RuleCaptures : IDisposable
{
    /// <summary>After a file could not be written, the next is not tried for so long.</summary>
    private const ulong RetryAfter = 10_000_000_000;

    /// <summary>Noting the tables may take one part in so many of the worker's time where events may be lost meanwhile.</summary>
    private const long LiveCheckpointShare = 50;

    /// <summary>What may wait for the disk besides the content of the flight recorder.</summary>
    private const long Backlog = 32 << 20;

    private readonly CaptureOptions _options;
    private readonly Func<StateEngine, CaptureMetadata> _tables;
    private readonly SensorLog _log;
    private readonly FlightRecorder? _recorder;
    private readonly CaptureWriterOptions _writing;
    private readonly List<Task> _background = [];
    private readonly NoteSink _takeNote;
    private readonly long _checkpointShare;
    private StateNotes? _notes;
    private RuleCaptureFile? _running;
    private Rule? _starter;
    private ulong _failed;
    private ulong _end;
    private ulong _retry;
    private long _nextCheckpoint;
    private byte[]? _formerCwd;
    private bool _toldOfTables;

    private RuleCaptures(CaptureOptions options, Func<StateEngine, CaptureMetadata> tables, bool isReplay, SensorLog log)
    {
        (_options, _tables, _log) = (options, tables, log);
        // A replay gives the same captures each time, whatever else the machine does.
        _checkpointShare = isReplay ? 0 : LiveCheckpointShare;
        var backlog = Backlog;
        if (options.FlightRecorder is { } recorder)
        {
            var tableBytes = recorder.Memory / 4;
            _recorder = new FlightRecorder(recorder.Duration, recorder.Memory - tableBytes, tableBytes);
            backlog += recorder.Memory;
        }
        _writing = CaptureFiles.Writing(options.Compression, WriteBehind.Fail) with { MaxBehind = backlog };
        _takeNote = TakeNote;
    }

    /// <summary>Files begun.</summary>
    public ulong Started { get; private set; }

    /// <summary>Files that could not be begun or not be finished.</summary>
    public ulong Failed => Interlocked.Read(ref _failed);

    /// <summary>Null when the configuration wants no captures.</summary>
    /// <param name="options">The <c>capture</c> section.</param>
    /// <param name="tables">Makes the tables that a capture begins with.</param>
    /// <param name="isReplay">Whether events wait for the sensor and not the other way round.</param>
    /// <param name="log">Told of each capture.</param>
    public static RuleCaptures? Of(CaptureOptions options, Func<StateEngine, CaptureMetadata> tables, bool isReplay, SensorLog log) =>
        options.Enabled ? new RuleCaptures(options, tables, isReplay, log) : null;

    /// <exception cref="SensorException">Captures as configured cannot be written: better said at start than at the first alert.</exception>
    public static void Check(CaptureOptions options)
    {
        if (!options.Enabled) return;
        CaptureNames.CheckFolder(options.PathPrefix);
        _ = CaptureFiles.Writing(options.Compression, WriteBehind.Fail);
    }

    /// <summary>Has what a live sensor learns beside the events noted in the captures. A replayed capture has its own notes.</summary>
    public void Listen(StateEngine state)
    {
        _notes = new StateNotes(state);
        state.Listener = _notes;
    }

    /// <summary>A container's answer has come.</summary>
    public void OnLearned(ContainerEntry container) => _notes?.ContainerChanged(container);

    /// <summary>An event is about to change the state.</summary>
    public void Before(StateEngine state, EventView e)
    {
        if (_notes is { } notes) notes.Time = e.Timestamp;
        if (_recorder is { WantsCheckpoint: true }) Checkpoint(state);
        // The tables of a capture that begins with a chdir are made after it: it must not be made twice.
        if (e.Type == EventType.SyscallChdirX && _running is null) _formerCwd = state.Threads.Find(e.ThreadId)?.Group.Cwd;
    }

    public void OnMatch(Rule rule, ulong time)
    {
        if ((!_options.AllRules && !rule.Capture) || (_running is null && time < _retry)) return;
        var duration = rule.CaptureDuration > 0 ? rule.CaptureDuration * 1_000_000UL : (ulong)_options.DefaultDuration.Ticks * 100;
        _end = Math.Max(_end, time + duration);
        if (_running is null) _starter ??= rule;
    }

    /// <summary>The rules have seen the event; the state still shows what ends with it.</summary>
    public void After(ref EventContext context, CaptureEventFlags flags)
    {
        if (_notes is { } notes)
        {
            notes.Accompany(ref context);
            notes.Flush(_takeNote);
        }
        _recorder?.Add(context.Event, context.Cpu, flags);
        if (_starter is { } rule)
        {
            _starter = null;
            Start(rule, ref context, flags);
        }
        else if (_running is { } running)
        {
            Write(running, context.Event, context.Cpu, flags);
        }
        if (_running is null) return;
        if (context.Event.Timestamp >= _end) End("");
        else if (_options.MaxFileBytes > 0 && _running.Size >= _options.MaxFileBytes) End(string.Create(CultureInfo.InvariantCulture, $", cut short at its largest size of {_options.MaxFileBytes >> 20} MB"));
    }

    /// <summary>Ends the running capture if it is over; on a silent machine no event does it.</summary>
    public void Look(ulong now)
    {
        if (_running is not null && now >= _end) End("");
    }

    /// <summary>Another world begins: what runs or is remembered belongs to the former.</summary>
    public void EndSection()
    {
        _recorder?.Clear();
        End(", because the section of the capture that is replayed ended");
    }

    /// <summary>Ends the running capture and waits until all are on the disk.</summary>
    public void Dispose()
    {
        End("");
        Task.WaitAll([.. _background]);
        _background.Clear();
    }

    private void TakeNote(EventView note, CaptureEventFlags flags)
    {
        _recorder?.Add(note, 0, flags);
        if (_running is { } running) Write(running, note, 0, flags);
    }

    private void Write(RuleCaptureFile file, EventView e, ushort cpu, CaptureEventFlags flags)
    {
        try
        {
            file.Writer.WriteEvent(e, cpu, flags);
        }
        catch (IOException cause)
        {
            Abandon(file.Path, cause, e.Timestamp);
        }
    }

    private void Checkpoint(StateEngine state)
    {
        var now = Stopwatch.GetTimestamp();
        if (now < _nextCheckpoint) return;
        var kept = _recorder!.Checkpoint(_tables(state));
        var took = Stopwatch.GetTimestamp() - now;
        _nextCheckpoint = now + took * _checkpointShare;
        if (kept || _toldOfTables) return;
        _toldOfTables = true;
        _log.Warning("The tables of this machine do not fit into capture.flight_recorder.memory: captures begin with those of their alert's moment");
    }

    private void Start(Rule rule, ref EventContext context, CaptureEventFlags flags)
    {
        var path = CaptureNames.Of(_options.PathPrefix, context.Event.Timestamp, context.Number);
        try
        {
            var writer = CaptureWriter.CreateInShared(path, _writing);
            _running = new RuleCaptureFile(path, writer, _options.Compression);
            var before = WriteBeginning(writer, ref context, flags);
            Started++;
            _log.Info(string.Create(CultureInfo.InvariantCulture, $"Capture started by the rule '{rule.Name}': {path}{(before > 0 ? $"; it begins with {before} events before the alert" : "")}"));
            if (_options.MaxFiles > 0) InBackground(() => CaptureNames.KeepNewest(_options.PathPrefix, _options.MaxFiles));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Abandon(path, e, context.Event.Timestamp);
        }
    }

    /// <summary>The tables and the events up to the one at hand. Returns how many stand before it.</summary>
    private int WriteBeginning(CaptureWriter writer, ref EventContext context, CaptureEventFlags flags)
    {
        var state = context.State;
        var thread = context.Thread;
        var cwd = context.Event.Type == EventType.SyscallChdirX ? _formerCwd : null;
        if (_recorder is { Count: > 0 } recorder) return recorder.WriteTo(writer, () => Tables(state, thread, cwd), (w, noted) => StateNotes.WriteBeginning(state, w, noted, recorder.Oldest)).Events - 1;
        var tables = Tables(state, thread, cwd);
        writer.WriteSection(tables);
        StateNotes.WriteBeginning(state, writer, tables, context.Event.Timestamp);
        writer.WriteEvent(context.Event, context.Cpu, flags);
        return 0;
    }

    private CaptureMetadata Tables(StateEngine state, ThreadEntry? thread, byte[]? formerCwd)
    {
        var tables = _tables(state);
        if (formerCwd is null || thread is null) return tables;
        foreach (var record in tables.Threads)
            if (record.Pid == thread.Pid) record.Cwd = formerCwd;
        return tables;
    }

    private void End(string why)
    {
        (_end, _starter) = (0, null);
        if (_running is not { } file) return;
        _running = null;
        InBackground(() =>
        {
            try
            {
                file.Writer.Dispose();
                _log.Info(string.Create(CultureInfo.InvariantCulture, $"Capture ended{why}: {file.Path} ({file.Writer.Events} events)"));
            }
            catch (IOException e)
            {
                Interlocked.Increment(ref _failed);
                _log.Error($"the capture {file.Path} is not complete: {e.Message}");
            }
        });
    }

    private void Abandon(string path, Exception cause, ulong time)
    {
        Interlocked.Increment(ref _failed);
        _retry = time + RetryAfter;
        _log.Error($"cannot write the capture {path}: {cause.Message}");
        var file = _running;
        (_running, _end, _starter) = (null, 0, null);
        if (file is null) return;
        // What was written stays: it reads up to where it ends. Closing it may fail for the same reason, which has been told.
        InBackground(() =>
        {
            try
            {
                file.Writer.Dispose();
            }
            catch (IOException)
            {
            }
        });
    }

    /// <summary>Closing a file waits for the disk, which the worker must not.</summary>
    private void InBackground(Action work)
    {
        _background.RemoveAll(static t => t.IsCompleted);
        _background.Add(Task.Run(work));
    }
}
