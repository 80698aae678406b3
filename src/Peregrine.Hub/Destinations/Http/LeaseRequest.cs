using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Xml;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>Asks services for tokens and keys.</summary>
internal static class LeaseRequest
{
    /// <summary>For services of the machine itself (metadata of clouds): never through a proxy, which would answer for another machine. It lives as long as the program.</summary>
    public static HttpClient Local { get; } = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5) });

    /// <summary>Sends a request and reads its answer, which holds a token or keys.</summary>
    /// <param name="client">Sends it.</param>
    /// <param name="request">The request; it is disposed of.</param>
    /// <param name="who">Who is asked, for messages.</param>
    /// <param name="read">Reads the answer's text.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="what">What is asked for, for messages.</param>
    /// <exception cref="HttpRequestException">There is none; there may be one later.</exception>
    public static async ValueTask<T> SendAsync<T>(HttpClient client, HttpRequestMessage request, string who, Func<string, T> read, CancellationToken cancellation, string what = "token")
    {
        using var owned = request;
        string text;
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            text = await HttpDestination.ReadTextAsync(answer, cancellation);
            if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"{who} gives no {what}: {StatusVerdict.Reason(answer.StatusCode, text)}", null, answer.StatusCode);
        }
        catch (HttpRequestException e) when (e.StatusCode is null)
        {
            throw new HttpRequestException($"{who} gives no {what}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"{who} gives no {what}: nobody answers", e);
        }
        try
        {
            return read(text);
        }
        catch (Exception e) when (e is JsonException or XmlException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            // The answer may hold one in another shape, so it is not shown.
            throw new HttpRequestException($"{who} gives no {what}: its answer holds none", e, HttpStatusCode.BadGateway);
        }
    }

    /// <summary>Reads the answer of OAuth 2.0: <c>access_token</c>, and <c>expires_in</c> in seconds, or in its stead <c>expires_on</c> in seconds since 1970; numbers may be texts.</summary>
    public static Lease<string> ReadAccessToken(string json, DateTimeOffset now)
    {
        using var answer = JsonDocument.Parse(json);
        var root = answer.RootElement;
        var until = root.TryGetProperty("expires_in", out var seconds) ? now.AddSeconds(Number(seconds)) : DateTimeOffset.UnixEpoch.AddSeconds(Number(root.GetProperty("expires_on")));
        return new Lease<string>(Text(root, "access_token"), until);
    }

    private static double Number(JsonElement value) => double.Parse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>A text that must be there and not be empty.</summary>
    public static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() is { Length: > 0 } text ? text : throw new FormatException($"'{name}' is empty");
}
