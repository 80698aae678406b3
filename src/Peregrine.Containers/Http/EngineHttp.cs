using System.Net;
using System.Text.Json;

namespace Peregrine.Containers.Http;

/// <summary>Questions in HTTP, answers in JSON.</summary>
internal sealed class EngineHttp(string socket) : IDisposable
{
    /// <summary>Longer lines in a stream of events are garbage.</summary>
    private const int LongestLine = 1024 * 1024;

    private readonly HttpClient _client = UnixHttp.Connect(socket);

    /// <summary>The answer; null when the engine says that there is no such thing.</summary>
    public async Task<JsonDocument?> GetAsync(string path, CancellationToken cancel)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        if (response.Content.Headers.ContentLength > UnixHttp.LargestAnswer) throw UnixHttp.TooLarge();
        using var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var body = await UnixHttp.ReadAsync(stream, cancel).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw new EngineException($"status {(int)response.StatusCode}");
        return Parse(body);
    }

    /// <summary>Whether the path is answered with success.</summary>
    public async Task PingAsync(string path, CancellationToken cancel)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw new EngineException($"status {(int)response.StatusCode}");
    }

    /// <summary>Follows a stream of JSON objects, one on each line, until it ends.</summary>
    public async Task FollowAsync(string path, Action<JsonElement> each, CancellationToken cancel)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw new EngineException($"status {(int)response.StatusCode} for its events");
        using var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var buffer = new byte[16 * 1024];
        var filled = 0;
        while (true)
        {
            if (filled == buffer.Length)
            {
                if (buffer.Length >= LongestLine) throw new EngineException("an event of more than 1 MB");
                Array.Resize(ref buffer, buffer.Length * 2);
            }
            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancel).ConfigureAwait(false);
            if (read == 0) return;
            filled += read;
            var start = 0;
            while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is >= 0 and var length)
            {
                var line = buffer.AsMemory(start, length);
                start += length + 1;
                if (line.Span.Trim((byte)' ').Trim((byte)'\r').IsEmpty) continue;
                using var json = Parse(line);
                each(json.RootElement);
            }
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
        }
    }

    public void Dispose() => _client.Dispose();

    private static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new EngineException("an answer that is no JSON", e);
        }
    }
}
