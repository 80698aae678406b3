using System.Text;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>The section that all kinds of Google Cloud share, and the credentials that it leads to.</summary>
internal static class GcpAccount
{
    public static SharedSection Section { get; } = new("gcp",
    [
        Setting.Secret("credentials", "Key of a service account: its JSON in base64; else the file of GOOGLE_APPLICATION_CREDENTIALS, gcloud's, or the metadata server"),
        Setting.Flag("workloadidentity", "Without credentials here, ask the metadata server at once and look at no file"),
        .. Setting.Ours(
            Setting.Text("tokenendpoint", "Address of the token service instead of the credentials' own"),
            Setting.Text("metadataserver", "Host of the metadata server; else GCE_METADATA_HOST or metadata.google.internal")),
    ]);

    /// <summary>The credentials in the order in which Google's own libraries look for them.</summary>
    /// <exception cref="ConfigurationException">What is configured cannot be used.</exception>
    public static GcpCredentials Of(DestinationContext context) => Of(context.Shared, Environment.GetEnvironmentVariable);

    internal static GcpCredentials Of(SettingValues shared, Func<string, string?> environment)
    {
        var tokenService = shared.Text("tokenendpoint");
        if (shared.IsSet("credentials")) return GcpCredentials.Read(Decode(shared.Text("credentials")), "gcp.credentials", tokenService);
        if (!shared.Flag("workloadidentity"))
        {
            if (environment("GOOGLE_APPLICATION_CREDENTIALS") is { Length: > 0 } named) return GcpCredentials.Read(ReadFile(named), named, tokenService);
            var folder = environment("CLOUDSDK_CONFIG") is { Length: > 0 } own ? own : Path.Combine(environment("HOME") ?? "", ".config", "gcloud");
            var usual = Path.Combine(folder, "application_default_credentials.json");
            if (File.Exists(usual)) return GcpCredentials.Read(ReadFile(usual), usual, tokenService);
        }
        var host = shared.IsSet("metadataserver") ? shared.Text("metadataserver") : environment("GCE_METADATA_HOST") ?? "";
        return new MetadataServer(host.Length > 0 ? host : MetadataServer.UsualHost);
    }

    // The JSON itself is taken, too: nothing else begins with a brace.
    private static string Decode(string text)
    {
        if (text.TrimStart().StartsWith('{')) return text;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            throw new ConfigurationException("gcp.credentials: the base64 of a JSON file of Google credentials is expected");
        }
    }

    private static string ReadFile(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the Google credentials {file} cannot be read: {e.Message}", e);
        }
    }
}
