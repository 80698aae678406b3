using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>Who signs, and where.</summary>
/// <param name="KeyId">The access key's id; empty where a source gives the keys.</param>
/// <param name="Secret">The access key's secret.</param>
/// <param name="SessionToken">The token of temporary keys; empty for lasting ones.</param>
/// <param name="Region">The region (<c>eu-west-1</c>).</param>
internal sealed record AwsAccount(string KeyId, string Secret, string SessionToken, string Region)
{
    /// <summary>The section that all kinds of AWS share.</summary>
    public static SharedSection Section { get; } = new("aws",
    [
        Setting.Text("region", "Region; else AWS_DEFAULT_REGION"),
        Setting.Secret("accesskeyid", "Id of the access key; else where AWS's libraries look: AWS_ACCESS_KEY_ID, a cluster's token, the file of keys, the container's or the machine's role"),
        Setting.Secret("secretaccesskey", "Its secret"),
        Setting.Text("rolearn", "Role that is taken on with the keys"),
        Setting.Text("externalid", "External id that the role asks for"),
        Setting.Flag("checkidentity", "Taken from the reference and without effect: each service's answer shows whether the keys are good", true),
        .. Setting.Ours(Setting.Text("stsendpoint", "Address of the token service instead of the region's, for roles")),
    ]);

    /// <summary>Where the keys come from that sign instead of these; null for none.</summary>
    public AwsKeySource? Source { get; init; }

    /// <summary>Where a service of the region answers.</summary>
    /// <exception cref="ConfigurationException">The names make no host.</exception>
    public Uri Endpoint(string service) => Uri.TryCreate($"https://{service}.{Region}.{Domain}/", UriKind.Absolute, out var address)
        ? address
        : throw new ConfigurationException($"'{service}.{Region}.{Domain}' is no host: the region or the bucket is not one of AWS");

    public string Domain => Region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";

    /// <param name="context">The instance's settings.</param>
    /// <param name="usualRegion">The region where none is configured for all; empty for none.</param>
    /// <param name="role">The instance's own role with its external id, instead of the one for all; empty for that.</param>
    /// <exception cref="ConfigurationException">No keys or no region are to be found.</exception>
    public static AwsAccount Of(DestinationContext context, string usualRegion = "", (string Name, string ExternalId) role = default) =>
        Of(context.Shared, usualRegion, role.Name is { Length: > 0 } ? role : (context.Shared.Text("rolearn"), context.Shared.Text("externalid")), Environment.GetEnvironmentVariable);

    internal static AwsAccount Of(SettingValues shared, string usualRegion, (string Name, string ExternalId) role, Func<string, string?> environment)
    {
        var region = new[] { shared.Text("region"), environment("AWS_REGION"), environment("AWS_DEFAULT_REGION"), usualRegion }.FirstOrDefault(r => r is { Length: > 0 })
                     ?? throw new ConfigurationException("aws.region: a region is needed (or AWS_REGION)");
        var account = new AwsAccount("", "", "", region);
        var tokenService = TokenService(shared.Text("stsendpoint"), account);
        account = Keys(shared, account, tokenService, environment);
        return role.Name.Length > 0 ? account with { Source = new AwsRole(role.Name, role.ExternalId, tokenService, account.Source) } : account;
    }

    /// <summary>The keys, in the order in which AWS's own libraries look for them.</summary>
    private static AwsAccount Keys(SettingValues shared, AwsAccount account, Uri tokenService, Func<string, string?> environment)
    {
        string Value(string name) => environment(name) ?? "";
        // Keys and token belong together: the variables' token is no good for configured keys.
        if (shared.IsSet("accesskeyid") != shared.IsSet("secretaccesskey")) throw new ConfigurationException("aws.accesskeyid and aws.secretaccesskey belong together: one of them is missing");
        if (shared.IsSet("accesskeyid")) return account with { KeyId = shared.Text("accesskeyid"), Secret = shared.Text("secretaccesskey") };
        if (Value("AWS_ACCESS_KEY_ID").Length > 0 && Value("AWS_SECRET_ACCESS_KEY").Length > 0)
            return account with { KeyId = Value("AWS_ACCESS_KEY_ID"), Secret = Value("AWS_SECRET_ACCESS_KEY"), SessionToken = Value("AWS_SESSION_TOKEN") };
        if (Value("AWS_WEB_IDENTITY_TOKEN_FILE") is { Length: > 0 } file && Value("AWS_ROLE_ARN") is { Length: > 0 } role)
            return account with { Source = new WebIdentityRole(role, Value("AWS_ROLE_SESSION_NAME") is { Length: > 0 } session ? session : "peregrine-hub", file, tokenService) };
        if (SharedKeysFile.Read(environment, account.Region) is { } kept) return kept;
        var container = Value("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is { Length: > 0 } path ? "http://169.254.170.2" + path : Value("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        if (container.Length > 0)
            return account with { Source = new ContainerKeys(Address(container, "AWS_CONTAINER_CREDENTIALS_FULL_URI"), Value("AWS_CONTAINER_AUTHORIZATION_TOKEN"), Value("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) };
        if (Value("AWS_EC2_METADATA_DISABLED").Equals("true", StringComparison.OrdinalIgnoreCase))
            throw new ConfigurationException("aws.accesskeyid and aws.secretaccesskey are needed (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another of the ways of AWS's libraries)");
        return account with { Source = new InstanceKeys(Value("AWS_EC2_METADATA_SERVICE_ENDPOINT") is { Length: > 0 } metadata ? metadata.TrimEnd('/') : "http://169.254.169.254") };
    }

    private static Uri TokenService(string configured, AwsAccount account) => configured.Length == 0 ? account.Endpoint("sts") : Address(configured, "aws.stsendpoint");

    private static Uri Address(string text, string place) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address!
        : throw new ConfigurationException($"{place}: an address that begins with http:// or https:// is expected");
}
