using System.IO.Compression;
using System.Net.Http.Headers;

namespace Peregrine.Outputs;

/// <summary>Posts each alert to a URL. An answer outside 2xx is a failure, as is none in time.</summary>
public sealed class HttpOutput : IAlertOutput
{
    private readonly HttpOutputOptions _options;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _aborted = new();
    private readonly Stream _echo;

    /// <param name="options">Where to and how.</param>
    /// <param name="echo">Where the server's answers are printed when that is asked for.</param>
    public HttpOutput(HttpOutputOptions options, Stream echo)
    {
        (_options, _echo) = (options, echo);
        _client = new HttpClient(HttpTls.Handler(options)) { Timeout = options.Timeout };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd(options.UserAgent);
        _client.DefaultRequestHeaders.ConnectionClose = !options.KeepAlive;
    }

    public string Name => "http";

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

    public void Dispose()
    {
        _client.Dispose();
        _aborted.Dispose();
    }

    private void Post(Alert alert)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = Content(alert) };
        using var response = Send(request);
        if (_options.Echo) response.Content.ReadAsStream(_aborted.Token).CopyTo(_echo);
        if (!response.IsSuccessStatusCode) throw new IOException($"{Target} answered {(int)response.StatusCode}");
    }

    private HttpResponseMessage Send(HttpRequestMessage request)
    {
        try
        {
            return _client.Send(request, HttpCompletionOption.ResponseContentRead, _aborted.Token);
        }
        catch (TaskCanceledException) when (!_aborted.IsCancellationRequested)
        {
            throw new IOException($"{Target} did not answer in {_options.Timeout.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"{Target}: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    /// <summary>The URL without what could be a secret: credentials, path and query stay out of logs.</summary>
    private string Target => $"{_options.Url.Scheme}://{_options.Url.Host}:{_options.Url.Port}";

    private ByteArrayContent Content(Alert alert)
    {
        ByteArrayContent content;
        if (_options.CompressUploads)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(alert.Body.Span);
            content = new ByteArrayContent(packed.ToArray());
            content.Headers.ContentEncoding.Add("gzip");
        }
        else
        {
            content = new ByteArrayContent(alert.Body.ToArray());
        }
        content.Headers.ContentType = new MediaTypeHeaderValue(_options.Json ? "application/json" : "text/plain");
        return content;
    }
}
