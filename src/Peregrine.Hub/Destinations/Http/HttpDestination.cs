using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>
/// A destination over HTTP: a kind says how a batch becomes a request; sending it, the client, custom headers and what the answer's status means are here.
/// </summary>
internal abstract class HttpDestination : IDestination
{
    /// <summary>No answer that is read is larger; an error page must not fill the memory.</summary>
    public const int MaxAnswerBytes = 1024 * 1024;

    private readonly SslClientAuthenticationOptions _tls;
    private readonly HttpClient _client;
    private readonly IReadOnlyDictionary<string, string> _headers;

    /// <param name="context">What it is made from.</param>
    /// <param name="tls">How servers are known, in place of what the settings say; null for those.</param>
    protected HttpDestination(DestinationContext context, SslClientAuthenticationOptions? tls = null)
    {
        Context = context;
        _tls = tls ?? HttpConnections.Tls(context);
        _client = HttpConnections.Create(_tls);
        _headers = context.Kind.HasCustomHeaders ? context.Settings.Map(HttpSettings.Headers) : new Dictionary<string, string>();
    }

    protected DestinationContext Context { get; }

    /// <summary>For kinds that ask something before they send (tokens, templates).</summary>
    protected HttpClient Client => _client;

    /// <summary>The request for these alerts. The caller disposes of it.</summary>
    protected abstract HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch);

    /// <summary>Signs the request or adds a token that must be fetched; called last, with all headers and the body in place.</summary>
    protected virtual ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>What the answer means; by default its status decides (<see cref="StatusVerdict"/>).</summary>
    protected virtual async ValueTask<DeliveryResult> ReadAnswerAsync(HttpResponseMessage answer, IReadOnlyList<Alert> batch, CancellationToken cancellation) =>
        StatusVerdict.Of(answer, answer.IsSuccessStatusCode ? "" : await ReadTextAsync(answer, cancellation), Context.Clock);

    public virtual ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation) => SendAsync(CreateRequest(batch), batch, cancellation);

    /// <summary>Sends a request and reads its answer; disposes of it.</summary>
    protected async ValueTask<DeliveryResult> SendAsync(HttpRequestMessage made, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        using var request = made;
        foreach (var (name, value) in _headers)
        {
            // What describes the body may be overridden too, as people do with Content-Type; the framework keeps it apart.
            HttpHeaders? headers = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) ? request.Content?.Headers : request.Headers;
            headers?.Remove(name);
            headers?.TryAddWithoutValidation(name, value);
        }
        await AuthorizeAsync(request, cancellation);
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return await ReadAnswerAsync(answer, batch, cancellation);
    }

    /// <summary>The addresses that deliveries go to; by default that of the request for an alert.</summary>
    protected virtual IReadOnlyList<Uri> Servers(Alert sample)
    {
        using var request = CreateRequest([sample]);
        return [request.RequestUri!];
    }

    /// <summary>The name that a server's certificate must have.</summary>
    protected virtual string CertificateName(Uri server) => server.IdnHost;

    public async ValueTask ProbeAsync(Alert sample, CancellationToken cancellation)
    {
        foreach (var server in Servers(sample)) await HttpConnections.ProbeAsync(server, _tls, CertificateName(server), cancellation);
    }

    public virtual ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The answer's text as far as <see cref="MaxAnswerBytes"/>.</summary>
    protected internal static async ValueTask<string> ReadTextAsync(HttpResponseMessage answer, CancellationToken cancellation) => Encoding.UTF8.GetString(await ReadBytesAsync(answer, cancellation));

    /// <summary>The answer's body as far as <see cref="MaxAnswerBytes"/>.</summary>
    protected static async ValueTask<byte[]> ReadBytesAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellation);
        var buffer = new MemoryStream();
        var part = new byte[8192];
        for (int read; buffer.Length < MaxAnswerBytes && (read = await stream.ReadAsync(part, cancellation)) > 0;) buffer.Write(part, 0, read);
        return buffer.ToArray()[..(int)Math.Min(buffer.Length, MaxAnswerBytes)];
    }
}
