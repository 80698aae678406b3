using System.Text.Json;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Delivery;

/// <summary>An alert that could not be delivered.</summary>
/// <param name="At">When it was given up.</param>
/// <param name="Reason">Why, secrets covered.</param>
/// <param name="Alert">The alert's JSON.</param>
public readonly record struct DeadLetter(DateTimeOffset At, string Reason, byte[] Alert);

/// <summary>What one destination could not be brought: a file of JSON lines that a person can read, bounded by bytes (then the older half goes), listed and replayed on request.</summary>
public sealed class DeadLetters : IDisposable
{
    /// <summary>Most bytes for one destination.</summary>
    public const long MaxBytes = 256 * 1024 * 1024;

    private readonly string _file;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _replay = new(1);
    private readonly TimeProvider _clock;

    public DeadLetters(string folder, TimeProvider clock)
    {
        _clock = clock;
        _file = Path.Combine(Directory.CreateDirectory(folder).FullName, "dead-letters.jsonl");
        // A replay that a crash ended left its letters aside; the next one begins with them.
        Count = Lines(_file) + Lines(Taken);
    }

    private string Taken => _file + ".replay";

    /// <summary>Letters that are kept, those included whose replay was broken off.</summary>
    public long Count { get; private set; }

    /// <summary>Letters that the bound has cost.</summary>
    public long Forgotten { get; private set; }

    /// <exception cref="IOException">The disk does not take it; the alert must stay in the queue.</exception>
    public void Add(byte[] alert, string reason)
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, AlertWriter.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("at", _clock.GetUtcNow());
            writer.WriteString("reason", reason);
            writer.WritePropertyName("alert");
            writer.WriteRawValue(alert, skipInputValidation: true);
            writer.WriteEndObject();
        }
        buffer.WriteByte((byte)'\n');
        lock (_lock)
        {
            using (var file = new FileStream(_file, FileMode.Append, FileAccess.Write, FileShare.Read))
            {
                file.Write(buffer.GetBuffer(), 0, (int)buffer.Length);
                file.Flush(flushToDisk: true);
            }
            Count++;
            if (new FileInfo(_file).Length > MaxBytes) Halve();
        }
    }

    /// <summary>The newest letters, newest first.</summary>
    public IReadOnlyList<DeadLetter> List(int most)
    {
        lock (_lock) return [.. new[] { Taken, _file }.Where(File.Exists).SelectMany(File.ReadLines).TakeLast(most).Reverse().Select(Parse).OfType<DeadLetter>()];
    }

    /// <summary>Takes all letters out: calls for each, and forgets them when all calls returned.</summary>
    public async ValueTask<long> TakeAllAsync(Func<IReadOnlyList<byte[]>, ValueTask> take)
    {
        // One replay at a time: a second one would take the first one's letters with it.
        await _replay.WaitAsync();
        try
        {
            if (!SetAside()) return 0;
            long count = 0;
            foreach (var group in File.ReadLines(Taken).Select(Parse).OfType<DeadLetter>().Chunk(500))
            {
                await take([.. group.Select(l => l.Alert)]);
                count += group.Length;
            }
            lock (_lock)
            {
                Count -= Lines(Taken);
                File.Delete(Taken);
            }
            return count;
        }
        finally
        {
            _replay.Release();
        }
    }

    // What a replay left that was broken off comes first.
    private bool SetAside()
    {
        lock (_lock)
        {
            if (!File.Exists(_file)) return File.Exists(Taken);
            if (File.Exists(Taken)) File.AppendAllLines(Taken, File.ReadLines(_file));
            else File.Move(_file, Taken);
            if (File.Exists(_file)) File.Delete(_file);
            return true;
        }
    }

    private static long Lines(string file) => File.Exists(file) ? File.ReadLines(file).LongCount() : 0;

    public void Dispose() => _replay.Dispose();

    private void Halve()
    {
        var lines = File.ReadAllLines(_file);
        File.WriteAllLines(_file + ".new", lines.Skip(lines.Length / 2));
        File.Move(_file + ".new", _file, overwrite: true);
        Forgotten += lines.Length / 2;
        Count -= lines.Length / 2;
    }

    private static DeadLetter? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return new DeadLetter(root.GetProperty("at").GetDateTimeOffset(), root.GetProperty("reason").GetString() ?? "", System.Text.Encoding.UTF8.GetBytes(root.GetProperty("alert").GetRawText()));
        }
        catch (JsonException)
        {
            // The last line may be half written after a crash; its alert is still in the queue.
            return null;
        }
    }
}
