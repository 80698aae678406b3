using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Peregrine.Outputs;

/// <summary>Posts each alert to a URL, one request for each. Delivered is what was answered with 2xx.</summary>
public sealed class HttpOutput : IAlertOutput
{
    /// <summary>Most bytes of an answer that are read: to print them, and so that the connection can be used again.</summary>
    private const int LongestAnswer = 64 * 1024;

    /// <summary>A connection that is kept is renewed after this, so that a changed address of the host is noticed.</summary>
    private static readonly TimeSpan ConnectionAge = TimeSpan.FromMinutes(2);

    private readonly HttpOutputOptions _options;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _aborted = new();
    private readonly Stream _echo;
    private readonly Uri _url;
    private readonly byte[] _answer = new byte[LongestAnswer];

    /// <param name="options">Where to and how.</param>
    /// <param name="echo">Where the server's answers are printed when that is asked for.</param>
    /// <exception cref="IOException">A certificate or key cannot be used.</exception>
    public HttpOutput(HttpOutputOptions options, Stream echo)
    {
        (_options, _echo) = (options, echo);
        var handler = new SocketsHttpHandler { ConnectTimeout = options.Timeout, PooledConnectionLifetime = ConnectionAge, UseCookies = false, AllowAutoRedirect = false };
        if (options.Url.Scheme == Uri.UriSchemeHttps) handler.SslOptions = options.Tls.ForClient(options.Url.IdnHost);
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", options.UserAgent);
        _client.DefaultRequestHeaders.ConnectionClose = !options.KeepAlive;
        _url = new UriBuilder(options.Url) { UserName = "", Password = "" }.Uri;
        if (options.Url.UserInfo.Length > 0) _client.DefaultRequestHeaders.Authorization = Basic(options.Url.UserInfo);
    }

    public string Name => "http";

    public int BatchSize => 1;

    public void Deliver(ReadOnlySpan<Alert> alerts, ref DeliveryReport report)
    {
        foreach (var alert in alerts)
        {
            Post(alert);
            report.Delivered++;
        }
    }

    public void Flush()
    {
    }

    public void Reopen()
    {
    }

    public void Abort() => _aborted.Cancel();

    // What aborts it may still do so: it needs no disposal.
    public void Dispose() => _client.Dispose();

    /// <summary>The URL without what could be a secret: credentials, path and query stay out of logs.</summary>
    private string Target => $"{_url.Scheme}://{_url.Authority}";

    private void Post(Alert alert)
    {
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(_aborted.Token);
        inTime.CancelAfter(_options.Timeout);
        using var content = new AlertContent(alert, _options);
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = content };
        try
        {
            using var response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead, inTime.Token);
            ReadAnswer(response, inTime.Token);
            if (Judge(response.StatusCode) is { } failure) throw new DeliveryException(failure, $"{Target} answered {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or TimeoutException)
        {
            var late = inTime.IsCancellationRequested || e is not HttpRequestException;
            var what = late ? $"no answer in {_options.Timeout.TotalSeconds:0.#} s" : e.InnerException?.Message ?? e.Message;
            var failure = !content.WasSent ? DeliveryFailure.Unreachable : late ? DeliveryFailure.TimedOut : DeliveryFailure.Failed;
            throw new DeliveryException(failure, $"{Target}: {what}", e);
        }
    }

    /// <summary>Null for success.</summary>
    private static DeliveryFailure? Judge(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => null,
        408 or 429 or 502 or 503 or 504 => DeliveryFailure.Unreachable,
        >= 500 => DeliveryFailure.Failed,
        _ => DeliveryFailure.Rejected,
    };

    private void ReadAnswer(HttpResponseMessage response, CancellationToken inTime)
    {
        var length = 0;
        try
        {
            using var body = response.Content.ReadAsStream(inTime);
            while (length < _answer.Length)
            {
                // A server may begin an answer and never end it; only this way of reading has a time limit.
                var count = body.ReadAsync(_answer.AsMemory(length), inTime).AsTask().GetAwaiter().GetResult();
                if (count == 0) break;
                length += count;
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status has come, and it says whether the alert was taken.
        }
        if (!_options.Echo || length == 0) return;
        var text = _answer.AsSpan(0, length);
        _echo.Write([.. text, .. text[^1] == '\n' ? ""u8 : "\n"u8]);
        _echo.Flush();
    }

    private static AuthenticationHeaderValue Basic(string userInfo)
    {
        var split = userInfo.IndexOf(':', StringComparison.Ordinal);
        var (name, password) = split < 0 ? (userInfo, "") : (userInfo[..split], userInfo[(split + 1)..]);
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.UnescapeDataString(name)}:{Uri.UnescapeDataString(password)}")));
    }
}
