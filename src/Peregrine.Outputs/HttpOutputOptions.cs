namespace Peregrine.Outputs;

/// <summary>The keys of <c>http_output</c>.</summary>
public sealed record HttpOutputOptions
{
    public required Uri Url { get; init; }

    public string UserAgent { get; init; } = "falcosecurity/falco";

    /// <summary>Whether the server's certificate is not checked at all.</summary>
    public bool Insecure { get; init; }

    /// <summary>A file with the one certificate authority to trust; empty for none.</summary>
    public string CaCert { get; init; } = "";

    /// <summary>A file with several authorities; empty for none.</summary>
    public string CaBundle { get; init; } = "";

    /// <summary>A folder of authorities; the system's own are used when it is the system's.</summary>
    public string CaPath { get; init; } = "";

    /// <summary>Whether we show a certificate too.</summary>
    public bool MutualTls { get; init; }

    public string ClientCert { get; init; } = "";

    public string ClientKey { get; init; } = "";

    /// <summary>Whether the server's answers are printed.</summary>
    public bool Echo { get; init; }

    public bool CompressUploads { get; init; }

    public bool KeepAlive { get; init; }

    /// <summary>Whether the alerts are JSON, which decides the content type.</summary>
    public bool Json { get; init; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}
