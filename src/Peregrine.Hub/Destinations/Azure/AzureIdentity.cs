using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Azure;

/// <summary>Who the hub is for Azure. Making one contacts nobody.</summary>
internal abstract class AzureIdentity
{
    /// <summary>The section that all kinds of Azure share; the reference knows the variables only.</summary>
    public static SharedSection Section { get; } = new("azure", Setting.Ours(
        Setting.Text("tenantid", "Directory of the application; else AZURE_TENANT_ID"),
        Setting.Text("clientid", "Application, or managed identity assigned by the user; else AZURE_CLIENT_ID"),
        Setting.Secret("clientsecret", "The application's secret; else AZURE_CLIENT_SECRET"),
        Setting.Text("tokenfile", "File with a cluster's token for the application (workload identity); else AZURE_FEDERATED_TOKEN_FILE"),
        Setting.Text("authority", "Address of the directory service; else AZURE_AUTHORITY_HOST or https://login.microsoftonline.com"),
        Setting.Text("metadataserver", "Host of the metadata server that knows managed identities; 169.254.169.254 where it is empty")));

    /// <summary>Fetches a token.</summary>
    /// <param name="resource">The service that it is for, an address without a slash at its end.</param>
    /// <param name="client">The destination's client.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="HttpRequestException">There is none now.</exception>
    public abstract ValueTask<Lease<string>> FetchAsync(string resource, HttpClient client, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>The identity in the order in which Azure's own libraries look for it: an application with its secret, workload identity, managed identity.</summary>
    /// <exception cref="ConfigurationException">What is configured cannot be used.</exception>
    public static AzureIdentity Of(SettingValues shared, Func<string, string?> environment)
    {
        string Value(string key, string variable) => shared.IsSet(key) ? shared.Text(key) : environment(variable) ?? "";
        var (tenant, client) = (Value("tenantid", "AZURE_TENANT_ID"), Value("clientid", "AZURE_CLIENT_ID"));
        var (secret, file) = (Value("clientsecret", "AZURE_CLIENT_SECRET"), Value("tokenfile", "AZURE_FEDERATED_TOKEN_FILE"));
        if (secret.Length + file.Length > 0)
        {
            if (tenant.Length == 0 || client.Length == 0) throw new ConfigurationException("azure.tenantid and azure.clientid are needed (or AZURE_TENANT_ID and AZURE_CLIENT_ID)");
            var authority = Value("authority", "AZURE_AUTHORITY_HOST") is { Length: > 0 } own ? own : "https://login.microsoftonline.com";
            return Uri.TryCreate($"{authority.TrimEnd('/')}/{Uri.EscapeDataString(tenant)}/oauth2/v2.0/token", UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? new AzureApplication(address!, client, secret, file)
                : throw new ConfigurationException("azure.authority: an address that begins with http:// or https:// is expected");
        }
        if (environment("AZURE_CLIENT_CERTIFICATE_PATH") is { Length: > 0 })
            throw new ConfigurationException("AZURE_CLIENT_CERTIFICATE_PATH: applications with certificates are not known; give AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE, or a connection string");
        return environment("IDENTITY_ENDPOINT") is { Length: > 0 } endpoint && environment("IDENTITY_HEADER") is { Length: > 0 } header
            ? ManagedIdentity.OfAppService(endpoint, header, client)
            : ManagedIdentity.OfMachine(shared.IsSet("metadataserver") ? shared.Text("metadataserver") : "169.254.169.254", client);
    }
}
