using System.Text.Json;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Delivery;

/// <summary>An alert that could not be delivered.</summary>
/// <param name="At">When it was given up.</param>
/// <param name="Reason">Why, secrets covered.</param>
/// <param name="Alert">The alert's JSON.</param>
public readonly record struct DeadLetter(DateTimeOffset At, string Reason, byte[] Alert);

/// <summary>What one destination could not be brought: a file of JSON lines that a person can read, bounded by bytes (then the older half goes), listed and replayed on request.</summary>
public sealed class DeadLetters
{
    /// <summary>Most bytes for one destination.</summary>
    public const long MaxBytes = 256 * 1024 * 1024;

    private readonly string _file;
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;

    public DeadLetters(string folder, TimeProvider clock)
    {
        _clock = clock;
        _file = Path.Combine(Directory.CreateDirectory(folder).FullName, "dead-letters.jsonl");
        Count = File.Exists(_file) ? File.ReadLines(_file).LongCount() : 0;
    }

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
        lock (_lock) return File.Exists(_file) ? [.. File.ReadLines(_file).TakeLast(most).Reverse().Select(Parse).OfType<DeadLetter>()] : [];
    }

    /// <summary>Takes all letters out: calls for each, and forgets them when all calls returned.</summary>
    public async ValueTask<long> TakeAllAsync(Func<IReadOnlyList<byte[]>, ValueTask> take)
    {
        string taken;
        lock (_lock)
        {
            if (!File.Exists(_file)) return 0;
            taken = _file + ".replay";
            // A replay that a crash ended is completed by the next one: its letters come back to the front.
            if (File.Exists(taken)) File.AppendAllLines(taken, File.ReadLines(_file));
            else File.Move(_file, taken);
            if (File.Exists(_file)) File.Delete(_file);
            Count = 0;
        }
        long count = 0;
        foreach (var group in File.ReadLines(taken).Select(Parse).OfType<DeadLetter>().Chunk(500))
        {
            await take([.. group.Select(l => l.Alert)]);
            count += group.Length;
        }
        File.Delete(taken);
        return count;
    }

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
