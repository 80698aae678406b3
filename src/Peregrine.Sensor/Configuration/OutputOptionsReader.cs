using Peregrine.Outputs;

namespace Peregrine.Sensor.Configuration;

/// <summary>Reads the outputs' sections.</summary>
internal static class OutputOptionsReader
{
    public static OutputOptions Read(ConfigReader reader, int defaultCapacity)
    {
        var capacity = (int)reader.Integer("outputs_queue.capacity", 0, int.MaxValue);
        var timeout = TimeSpan.FromMilliseconds(reader.Integer("output_timeout", 1, 3_600_000));
        return new OutputOptions(
            reader.Flag("stdout_output.enabled"),
            reader.Flag("buffered_outputs"),
            File(reader),
            reader.Flag("syslog_output.enabled"),
            Program(reader),
            reader.Flag("http_output.enabled") ? Http(reader, timeout) : null,
            timeout,
            capacity == 0 ? defaultCapacity : capacity);
    }

    private static FileOutputOptions? File(ConfigReader reader)
    {
        if (!reader.Flag("file_output.enabled")) return null;
        var path = reader.Text("file_output.filename");
        return path.Length > 0 ? new FileOutputOptions(path, reader.Flag("file_output.keep_alive")) : throw reader.Invalid("file_output.filename", "the file output is enabled and has no filename");
    }

    private static ProgramOutputOptions? Program(ConfigReader reader)
    {
        if (!reader.Flag("program_output.enabled")) return null;
        var command = reader.Text("program_output.program");
        return command.Length > 0 ? new ProgramOutputOptions(command, reader.Flag("program_output.keep_alive")) : throw reader.Invalid("program_output.program", "the program output is enabled and has no program");
    }

    private static HttpOutputOptions Http(ConfigReader reader, TimeSpan timeout)
    {
        var url = reader.Text("http_output.url");
        if (url.Length == 0) throw reader.Invalid("http_output.url", "the http output is enabled and has no url");
        // The reference hands the text to curl, which takes a host without a scheme as http.
        if (!url.Contains("://", StringComparison.Ordinal)) url = "http://" + url;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var target) || target.Scheme is not ("http" or "https")) throw reader.Invalid("http_output.url", "the http output's url is not an http or https URL");
        return new HttpOutputOptions
        {
            Url = target,
            UserAgent = reader.Text("http_output.user_agent"),
            Insecure = reader.Flag("http_output.insecure"),
            CaCert = reader.Text("http_output.ca_cert"),
            CaBundle = reader.Text("http_output.ca_bundle"),
            CaPath = reader.Text("http_output.ca_path"),
            MutualTls = reader.Flag("http_output.mtls"),
            ClientCert = reader.Text("http_output.client_cert"),
            ClientKey = reader.Text("http_output.client_key"),
            Echo = reader.Flag("http_output.echo"),
            CompressUploads = reader.Flag("http_output.compress_uploads"),
            KeepAlive = reader.Flag("http_output.keep_alive"),
            Json = reader.Flag("json_output"),
            Timeout = timeout,
        };
    }
}
