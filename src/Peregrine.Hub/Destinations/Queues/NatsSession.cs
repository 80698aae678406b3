using System.Globalization;
using System.Text;
using System.Text.Json;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Wire;

namespace Peregrine.Hub.Destinations.Queues;

/// <summary>A message; by its id a stream knows a repeated one.</summary>
internal sealed record NatsMessage(string Subject, string Id, byte[] Body);

/// <summary>What is said on one connection to a NATS server.</summary>
/// <param name="peer">The connection, with TLS where it is wanted.</param>
/// <param name="mostBytes">The largest message that the server takes.</param>
internal sealed class NatsSession(PeerStream peer, int mostBytes)
{
    private static readonly ItemResult Taken = new(DeliveryOutcome.Delivered, "");

    private readonly string _inbox = "_INBOX." + Guid.NewGuid().ToString("N");
    private long _number;

    public PeerStream Peer => peer;

    /// <summary>A subject that only we hear, when answers are taken.</summary>
    public string Inbox(string name) => $"{_inbox}.{name}";

    /// <exception cref="IOException">The server does not want us.</exception>
    public async ValueTask ConnectAsync(string hello, bool takesAnswers, CancellationToken cancellation)
    {
        await peer.SendAsync($"CONNECT {hello}\r\n{(takesAnswers ? $"SUB {_inbox}.* 1\r\n" : "")}PING\r\n", cancellation);
        while (await NextAsync(cancellation) is { } line)
            if (line.StartsWith("-ERR", StringComparison.Ordinal)) throw new IOException(Complaint(line));
    }

    public async ValueTask<DeliveryResult> PublishAsync(IReadOnlyList<NatsMessage> messages, CancellationToken cancellation)
    {
        var results = messages.Select(SizeVerdict).ToArray();
        using var text = new MemoryStream();
        for (var i = 0; i < messages.Count; i++)
        {
            if (results[i].Outcome != DeliveryOutcome.Delivered) continue;
            Write(text, string.Create(CultureInfo.InvariantCulture, $"PUB {messages[i].Subject} {messages[i].Body.Length}\r\n"), messages[i].Body);
        }
        text.Write("PING\r\n"u8);
        await peer.SendAsync(text.ToArray(), cancellation);
        while (await NextAsync(cancellation) is { } line)
            if (line.StartsWith("-ERR", StringComparison.Ordinal)) Mark(line, messages, results);
        return DeliveryResult.Each(results);
    }

    /// <summary>Publishes with the messages' identities, and waits for the stream's answers.</summary>
    public async ValueTask<DeliveryResult> PublishToStreamAsync(IReadOnlyList<NatsMessage> messages, CancellationToken cancellation) =>
        DeliveryResult.Each(await AskAsync(messages, hasIds: true, body => Verdict(Encoding.UTF8.GetString(body)), cancellation));

    /// <summary>Sends messages that are answered, and waits for all answers. What else asks us meanwhile (are you still there?) gets an empty answer.</summary>
    /// <param name="messages">What is asked.</param>
    /// <param name="hasIds">Whether the identities go with them, as a header.</param>
    /// <param name="verdict">What an answer means.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>One result for each message.</returns>
    public async ValueTask<ItemResult[]> AskAsync(IReadOnlyList<NatsMessage> messages, bool hasIds, Func<byte[], ItemResult> verdict, CancellationToken cancellation)
    {
        var results = messages.Select(SizeVerdict).ToArray();
        var awaited = new Dictionary<string, int>(StringComparer.Ordinal);
        using var text = new MemoryStream();
        for (var i = 0; i < messages.Count; i++)
        {
            if (results[i].Outcome != DeliveryOutcome.Delivered) continue;
            var answerTo = Inbox((++_number).ToString(CultureInfo.InvariantCulture));
            awaited.Add(answerTo, i);
            var (subject, id, body) = messages[i];
            var header = $"NATS/1.0\r\nNats-Msg-Id: {id}\r\n\r\n";
            Write(text, hasIds ? string.Create(CultureInfo.InvariantCulture, $"HPUB {subject} {answerTo} {header.Length} {header.Length + body.Length}\r\n{header}") : string.Create(CultureInfo.InvariantCulture, $"PUB {subject} {answerTo} {body.Length}\r\n"), body);
        }
        await peer.SendAsync(text.ToArray(), cancellation);
        while (awaited.Count > 0)
        {
            var line = await NextAsync(cancellation) ?? "";
            if (line.StartsWith("-ERR", StringComparison.Ordinal))
            {
                Mark(line, messages, results);
                foreach (var (answerTo, i) in awaited.ToList())
                    if (results[i].Outcome != DeliveryOutcome.Delivered) awaited.Remove(answerTo);
            }
            else if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["MSG" or "HMSG", var subject, .., var size] head)
            {
                var body = (await peer.ReadAsync(int.Parse(size, CultureInfo.InvariantCulture) + 2, cancellation))[..^2];
                if (awaited.Remove(subject, out var i)) results[i] = NobodyAnswers(body) ? new ItemResult(DeliveryOutcome.Retry, "nobody takes this subject") : verdict(body);
                else if (head is ["MSG", _, _, var answerTo, _]) await peer.SendAsync($"PUB {answerTo} 0\r\n\r\n", cancellation);
            }
        }
        return results;
    }

    /// <summary>The next line that says something; null for the answer to our ping.</summary>
    private async ValueTask<string?> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var line = await peer.ReadLineAsync(cancellation);
            if (line == "PONG") return null;
            if (line == "PING") await peer.SendAsync("PONG\r\n", cancellation);
            else if (!line.StartsWith("INFO", StringComparison.Ordinal) && line != "+OK") return line;
        }
    }

    private ItemResult SizeVerdict(NatsMessage message) =>
        message.Body.Length + 256 > mostBytes ? new ItemResult(DeliveryOutcome.Rejected, $"the event of {message.Body.Length} bytes is larger than the server takes (max_payload {mostBytes})") : Taken;

    // Only missing rights leave the connection open; they are told by subject.
    private static void Mark(string line, IReadOnlyList<NatsMessage> messages, ItemResult[] results)
    {
        if (!line.Contains("Permissions Violation for Publish", StringComparison.OrdinalIgnoreCase)) throw new IOException(Complaint(line));
        for (var i = 0; i < messages.Count; i++)
            if (line.Contains($"\"{messages[i].Subject}\"", StringComparison.OrdinalIgnoreCase)) results[i] = new ItemResult(DeliveryOutcome.Rejected, Complaint(line));
    }

    private static ItemResult Verdict(string answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            if (!json.RootElement.TryGetProperty("error", out var error)) return Taken;
            return new ItemResult(DeliveryOutcome.Retry, error.TryGetProperty("description", out var text) ? text.GetString() ?? "" : "the stream refused");
        }
        catch (JsonException)
        {
            return new ItemResult(DeliveryOutcome.Retry, "what answers is no stream");
        }
    }

    private static bool NobodyAnswers(byte[] body) => body.AsSpan().StartsWith("NATS/1.0 503"u8);

    private static string Complaint(string line) => line["-ERR".Length..].Trim().Trim('\'');

    private static void Write(MemoryStream text, string head, byte[] body)
    {
        text.Write(Encoding.UTF8.GetBytes(head));
        text.Write(body);
        text.Write("\r\n"u8);
    }
}
