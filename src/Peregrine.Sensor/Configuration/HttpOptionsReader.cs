using Peregrine.Outputs;

namespace Peregrine.Sensor.Configuration;

/// <summary>Reads <c>http_output</c>.</summary>
internal static class HttpOptionsReader
{
    public static HttpDelivery Read(ConfigReader reader, TimeSpan timeout)
    {
        var shortest = TimeSpan.FromMilliseconds(1);
        var retry = new RetryOptions
        {
            MaxUncertain = (int)reader.Integer("http_output.max_consecutive_timeouts", 0, int.MaxValue),
            FirstDelay = reader.Duration("http_output.retry.initial_delay", shortest, TimeSpan.FromMinutes(1)),
            MaxDelay = reader.Duration("http_output.retry.max_delay", shortest, TimeSpan.FromHours(1)),
        };
        if (retry.FirstDelay > retry.MaxDelay) throw reader.Invalid("http_output.retry.initial_delay", "'http_output.retry.initial_delay' is longer than 'http_output.retry.max_delay'");
        var options = new HttpOutputOptions
        {
            Url = Url(reader),
            UserAgent = UserAgent(reader),
            Tls = Tls(reader),
            Echo = reader.Flag("http_output.echo"),
            CompressUploads = reader.Flag("http_output.compress_uploads"),
            KeepAlive = reader.Flag("http_output.keep_alive"),
            Json = reader.Flag("json_output"),
            Timeout = OutputOptionsReader.Timeout(reader, "http_output.timeout", timeout),
        };
        return new HttpDelivery(options, retry, reader.Flag("http_output.spool.enabled") ? Spool(reader) : null);
    }

    private static Uri Url(ConfigReader reader)
    {
        // Some files have the URL in quotes twice; the reference takes them off.
        var url = reader.Text("http_output.url").Trim().Trim('"');
        if (url.Length == 0) throw reader.Invalid("http_output.url", "the http output is enabled and has no url");
        // The reference hands the text to curl, which takes a host without a scheme as http.
        if (!url.Contains("://", StringComparison.Ordinal)) url = "http://" + url;
        return Uri.TryCreate(url, UriKind.Absolute, out var target) && target.Scheme is "http" or "https" && target.Host.Length > 0
            ? target
            : throw reader.Invalid("http_output.url", "the http output's url is not an http or https URL");
    }

    private static string UserAgent(ConfigReader reader)
    {
        var text = reader.Text("http_output.user_agent");
        return text.Any(char.IsControl) ? throw reader.Invalid("http_output.user_agent", "'http_output.user_agent' must be a single line") : text;
    }

    private static TlsOptions Tls(ConfigReader reader)
    {
        var shows = reader.Flag("http_output.mtls");
        return new TlsOptions
        {
            Insecure = reader.Flag("http_output.insecure"),
            CaCert = reader.Text("http_output.ca_cert"),
            CaBundle = reader.Text("http_output.ca_bundle"),
            CaPath = reader.Text("http_output.ca_path"),
            ClientCert = shows ? reader.Text("http_output.client_cert") : "",
            ClientKey = shows ? reader.Text("http_output.client_key") : "",
        };
    }

    private static SpoolOptions Spool(ConfigReader reader)
    {
        var path = reader.Text("http_output.spool.path");
        if (path.Length == 0) throw reader.Invalid("http_output.spool.path", "the spool of the http output has no path");
        return new SpoolOptions { Folder = path, MaxBytes = reader.Size("http_output.spool.max_size", 1 << 20, 1L << 40) };
    }
}
