namespace Peregrine.Outputs;

/// <summary>The keys of <c>http_output</c>.</summary>
public sealed record HttpOutputOptions
{
    /// <summary>With user name and password, if there are any; they are sent as basic authentication.</summary>
    public required Uri Url { get; init; }

    public string UserAgent { get; init; } = "falcosecurity/falco";

    public TlsOptions Tls { get; init; } = new();

    /// <summary>Whether the server's answers are printed.</summary>
    public bool Echo { get; init; }

    /// <summary>Whether bodies are sent gzipped.</summary>
    public bool CompressUploads { get; init; }

    /// <summary>Whether one connection is used for many alerts.</summary>
    public bool KeepAlive { get; init; }

    /// <summary>Whether the alerts are JSON, which decides the content type.</summary>
    public bool Json { get; init; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);
}
