using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Commands;

/// <summary>Asks a running hub through its API.</summary>
internal sealed class HubClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _client;

    private HubClient(Uri hub, SslClientAuthenticationOptions tls, string? token)
    {
        _client = new HttpClient(new SocketsHttpHandler { SslOptions = tls, UseProxy = !hub.IsLoopback }) { BaseAddress = hub, Timeout = Patience };
        if (token is not null) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>For the hub that the command line names, else the environment, else the one that the configuration starts on this machine.</summary>
    /// <exception cref="ConfigurationException">An address or a certificate cannot be used, or the configuration cannot be right.</exception>
    public static HubClient Open(HubCommandLine line, Func<string, string?> environment)
    {
        var url = line.Url ?? environment("PEREGRINE_HUB_URL") ?? "";
        var configuration = url.Length == 0 || line.ConfigFile is not null ? HubConfigurationReader.Read(line.ConfigFile, environment) : null;
        var hub = url.Length == 0 ? Local(configuration!) : Uri.TryCreate(url, UriKind.Absolute, out var given) && given.Scheme is "http" or "https" ? given : throw new ConfigurationException($"'{url}' is no address that begins with http:// or https://");
        var token = environment("PEREGRINE_HUB_TOKEN") is { Length: > 0 } secret ? secret : configuration?.Ingest.Map("tokens").Values.FirstOrDefault();
        return new HubClient(hub, Tls(line, hub, url.Length == 0 ? configuration : null), token);
    }

    /// <exception cref="IOException">The hub cannot be reached, or does not do it.</exception>
    public Task<JsonDocument> GetAsync(string path) => AskAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <inheritdoc cref="GetAsync"/>
    public Task<JsonDocument> PostAsync(string path, Action<Utf8JsonWriter> body) => AskAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonBody.Create(body) });

    public void Dispose() => _client.Dispose();

    private async Task<JsonDocument> AskAsync(HttpRequestMessage request)
    {
        using (request)
        {
            try
            {
                using var answer = await _client.SendAsync(request);
                var text = await answer.Content.ReadAsStringAsync();
                if (!answer.IsSuccessStatusCode) throw new IOException(Reason(answer.StatusCode, text));
                return JsonDocument.Parse(text);
            }
            catch (HttpRequestException e)
            {
                throw new IOException($"the hub at {_client.BaseAddress} cannot be reached: {e.InnerException?.Message ?? e.Message}", e);
            }
            catch (TaskCanceledException e)
            {
                throw new IOException($"the hub at {_client.BaseAddress} did not answer within {Patience.TotalSeconds:0} s", e);
            }
            catch (JsonException e)
            {
                throw new IOException($"what answers at {_client.BaseAddress} is no Peregrine hub", e);
            }
        }
    }

    private string Reason(HttpStatusCode status, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.TryGetProperty("error", out var error)) return $"{error.GetString()}{(status == HttpStatusCode.Unauthorized ? " (PEREGRINE_HUB_TOKEN)" : "")}";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Something else answers there.
        }
        return $"the hub at {_client.BaseAddress} answers HTTP {(int)status}";
    }

    private static Uri Local(HubConfiguration configuration)
    {
        var (top, tls) = (configuration.Top, configuration.TlsServer);
        var host = IPAddress.TryParse(top.Text("listenaddress"), out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) ? address : IPAddress.Loopback;
        return new UriBuilder(tls.Flag("deploy") ? "https" : "http", host.ToString(), (int)top.Integer("listenport")).Uri;
    }

    // The hub of this machine is known by its own certificate, whatever names that has.
    private static SslClientAuthenticationOptions Tls(HubCommandLine line, Uri hub, HubConfiguration? local)
    {
        if (hub.Scheme != "https") return new SslClientAuthenticationOptions();
        var certificates = new ClientTls
        {
            Certificate = line.CertificateFile is { } file ? ClientTlsReader.Certificate(file, line.KeyFile ?? file) : null,
            ExtraAuthorities = line.AuthorityFile is { } authority ? ClientTlsReader.Authorities(authority) : [],
        };
        var options = certificates.Options(hub.Host, check: true, mutual: true);
        if (local is null || line.AuthorityFile is not null) return options;
        var known = ClientTlsReader.Authorities(local.TlsServer.Text("certfile"))[0].RawData;
        options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(known);
        return options;
    }
}
