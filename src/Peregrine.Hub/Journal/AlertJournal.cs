using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Peregrine.Hub.Journal;

/// <summary>
/// The promise of the hub: what was appended is on disk. Records go to segments of a folder in the order they came; one thread writes what has gathered since its last write, syncs once for all of it, and then answers
/// all who wait (group commit). Readers see only what is synced.
/// </summary>
public sealed partial class AlertJournal : IAsyncDisposable
{
    /// <summary>A segment is left when it is this large; whole segments are what retention removes.</summary>
    public const long DefaultSegmentBytes = 64 * 1024 * 1024;

    // What may wait for the disk; beyond it senders are told to come again, so that a slow disk costs no memory.
    private const long MaxWaitingBytes = 64 * 1024 * 1024;

    // So many who wait for one sync go on behind each other in one step of the pool: to wake a thread for each would cost more than its answer does.
    private const int AnsweredTogether = 32;

    private readonly Channel<Append> _waiting = Channel.CreateUnbounded<Append>(new UnboundedChannelOptions { SingleReader = true });
    private readonly JournalFolder _folder;
    private readonly ILogger _log;
    private readonly Task _writer;
    private readonly long _segmentBytes;
    private long _waitingBytes;
    private JournalPosition _end;
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AlertJournal(JournalFolder folder, JournalPosition end, long segmentBytes, ILogger log)
    {
        (_folder, _end, _segmentBytes, _log) = (folder, end, segmentBytes, log);
        _writer = Task.Factory.StartNew(WriteAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>Opens the journal of a folder, making it if there is none. What a crash left half written at the end is cut off.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="log">Hears of what was cut off and of failures.</param>
    /// <param name="segmentBytes">When a segment is left.</param>
    /// <param name="atLeast">The next record's number is no smaller: what a store has is not given again when the journal was removed.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static AlertJournal Open(string path, ILogger log, long segmentBytes = DefaultSegmentBytes, long atLeast = 1)
    {
        var folder = new JournalFolder(path);
        var end = folder.Recover(out var cut);
        if (end.Sequence < atLeast) end = folder.StartSegment(end with { Sequence = atLeast });
        if (cut > 0) Log.CutTail(log, cut);
        return new AlertJournal(folder, end, segmentBytes, log);
    }

    /// <summary>Where the next record will stand: everything before it is on disk.</summary>
    public JournalPosition End
    {
        get
        {
            lock (_folder) return _end;
        }
    }

    /// <summary>The first record that is still there.</summary>
    public JournalPosition Begin => _folder.Begin(End);

    /// <summary>Bytes that wait to be written.</summary>
    public long WaitingBytes => Interlocked.Read(ref _waitingBytes);

    /// <summary>Bytes of all segments.</summary>
    public long Bytes => _folder.Bytes();

    /// <summary>Appends records, all or none, and returns when they are on disk.</summary>
    /// <param name="payloads">Alerts as JSON; they must not change until the task ends.</param>
    /// <param name="kind">What they are.</param>
    /// <param name="placed">Called once they are on disk, before a reader can see them; must not throw.</param>
    /// <returns>Where each stands.</returns>
    /// <exception cref="JournalFullException">Too much waits for the disk.</exception>
    /// <exception cref="IOException">They could not be written, or not be synced; nothing of them counts.</exception>
    public async ValueTask<IReadOnlyList<JournalPosition>> AppendAsync(IReadOnlyList<byte[]> payloads, JournalRecordKind kind = JournalRecordKind.Alert, Action<IReadOnlyList<JournalPosition>>? placed = null)
    {
        if (payloads.Count == 0) return [];
        long bytes = 0;
        foreach (var payload in payloads) bytes += RecordFormat.Length(payload.Length);
        // A request alone may be larger than the bound; it then waits alone.
        if (Interlocked.Add(ref _waitingBytes, bytes) > MaxWaitingBytes && bytes < Interlocked.Read(ref _waitingBytes))
        {
            Interlocked.Add(ref _waitingBytes, -bytes);
            throw new JournalFullException();
        }
        var append = new Append(payloads, kind, bytes, placed);
        if (_waiting.Writer.TryWrite(append)) return await append.Done.Task;
        Interlocked.Add(ref _waitingBytes, -bytes);
        throw new IOException("the journal is closed");
    }

    /// <summary>Bytes of the records from this position on, with what failed writes left between them.</summary>
    public long BytesFrom(JournalPosition position) => _folder.Bytes(position.Segment) - position.Offset;

    /// <summary>Where the segment begins that holds the record with this number, or the first segment that is still there.</summary>
    public JournalPosition SegmentOf(long sequence) => _folder.SegmentOf(sequence, End);

    /// <summary>Where the next segment begins; null when the position is in the last one.</summary>
    public JournalPosition? SegmentAfter(JournalPosition position) => _folder.SegmentAfter(position.Segment) is { } next ? new JournalPosition(next, 0, next) : null;

    /// <summary>Waits until records behind this position are on disk.</summary>
    public async ValueTask WaitForMoreAsync(JournalPosition position, CancellationToken cancellation)
    {
        while (true)
        {
            Task grown;
            lock (_folder)
            {
                if (_end.Sequence > position.Sequence) return;
                grown = _grown.Task;
            }
            await grown.WaitAsync(cancellation);
        }
    }

    /// <summary>Reads from here on. The reader belongs to one task.</summary>
    public JournalReader Read(JournalPosition position) => new(this, _folder, position);

    /// <summary>Removes the segments that hold only records before this number.</summary>
    public void RemoveBefore(long sequence) => _folder.RemoveBefore(sequence, End.Segment);

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writer;
        _folder.Dispose();
    }

    private async Task WriteAsync()
    {
        var group = new List<Append>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            group.Clear();
            long bytes = 0;
            while (bytes < MaxWaitingBytes && _waiting.Reader.TryRead(out var append))
            {
                group.Add(append);
                bytes += append.Bytes;
            }
            Commit(group);
            Interlocked.Add(ref _waitingBytes, -bytes);
        }
    }

    private void Commit(List<Append> group)
    {
        var at = End;
        try
        {
            // After a failure to sync nobody knows what the file holds: the records go to a new one, and the old one is cut where it was good.
            if (at.Offset >= _segmentBytes || !_folder.IsOpen(at.Segment)) at = _folder.StartSegment(at);
            using var writer = new JournalBuffer(at);
            foreach (var append in group) append.Positions = writer.Add(append.Payloads, append.Kind);
            _folder.WriteAndSync(at, writer.Parts);
            foreach (var append in group) append.Placed?.Invoke(append.Positions);
            lock (_folder)
            {
                _end = writer.End;
                (var grown, _grown) = (_grown, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                grown.SetResult();
            }
            Answer(group);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.WriteFailed(_log, e.Message);
            _folder.Abandon(at);
            Answer(group, new IOException("the journal cannot be written: " + e.Message, e));
        }
    }

    private static void Answer(List<Append> group, IOException? failure = null)
    {
        foreach (var part in group.Chunk(AnsweredTogether))
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ =>
            {
                foreach (var append in part) append.Answer(failure);
            }, null);
        }
    }

    private sealed class Append(IReadOnlyList<byte[]> payloads, JournalRecordKind kind, long bytes, Action<IReadOnlyList<JournalPosition>>? placed)
    {
        public Action<IReadOnlyList<JournalPosition>>? Placed => placed;

        public IReadOnlyList<byte[]> Payloads => payloads;

        public JournalRecordKind Kind => kind;

        public long Bytes => bytes;

        public IReadOnlyList<JournalPosition> Positions { get; set; } = [];

        public void Answer(IOException? failure)
        {
            if (failure is null) Done.SetResult(Positions);
            else Done.SetException(failure);
        }

        // What a sender's request does until it waits again is short; what the hub itself appends for goes on for as long as it likes.
        public TaskCompletionSource<IReadOnlyList<JournalPosition>> Done { get; } = new(kind == JournalRecordKind.Alert ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "the journal's last {Bytes} bytes were half written when the hub ended; nobody was told that they were kept, and they are cut off")]
        public static partial void CutTail(ILogger log, long bytes);

        [LoggerMessage(Level = LogLevel.Error, Message = "the journal cannot be written, senders are told to come again: {Reason}")]
        public static partial void WriteFailed(ILogger log, string reason);
    }
}

/// <summary>More waits for the disk than may; the sender should come again.</summary>
public sealed class JournalFullException() : IOException("too much waits for the disk");
