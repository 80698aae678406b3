using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>Who signs, and where.</summary>
/// <param name="KeyId">The access key's id.</param>
/// <param name="Secret">The access key's secret.</param>
/// <param name="SessionToken">The token of temporary keys; empty for lasting ones.</param>
/// <param name="Region">The region (<c>eu-west-1</c>).</param>
internal sealed record AwsAccount(string KeyId, string Secret, string SessionToken, string Region)
{
    /// <summary>The section that all kinds of AWS share.</summary>
    public static SharedSection Section { get; } = new("aws",
    [
        Setting.Text("region", "Region; else AWS_DEFAULT_REGION"),
        Setting.Secret("accesskeyid", "Id of the access key; else AWS_ACCESS_KEY_ID"),
        Setting.Secret("secretaccesskey", "Its secret; else AWS_SECRET_ACCESS_KEY"),
        Setting.Text("rolearn", "Role that is taken on with the keys"),
        Setting.Text("externalid", "External id that the role asks for"),
        Setting.Flag("checkidentity", "Taken from the reference and without effect: each service's answer shows whether the keys are good", true),
        .. Setting.Ours(Setting.Text("stsendpoint", "Address of the token service instead of the region's, for roles")),
    ]);

    /// <param name="context">The instance's settings.</param>
    /// <param name="usualRegion">The region where none is configured for all; empty for none.</param>
    /// <param name="role">The instance's own role with its external id, instead of the one for all; empty for that.</param>
    /// <exception cref="ConfigurationException">No keys or no region are to be found.</exception>
    public static AwsAccount Of(DestinationContext context, string usualRegion = "", (string Name, string ExternalId) role = default) =>
        Of(context.Shared, usualRegion, role.Name is { Length: > 0 } ? role : (context.Shared.Text("rolearn"), context.Shared.Text("externalid")), Environment.GetEnvironmentVariable);

    private static AwsAccount Of(SettingValues shared, string usualRegion, (string Name, string ExternalId) role, Func<string, string?> environment)
    {
        var region = FirstOf(shared.Text("region"), "AWS_REGION", "AWS_DEFAULT_REGION");
        if (region.Length == 0) region = usualRegion;
        if (region.Length == 0) throw new ConfigurationException("aws.region: a region is needed (or AWS_REGION)");
        // Keys and token belong together: the variables' token is no good for configured keys.
        var account = shared.IsSet("accesskeyid")
            ? new AwsAccount(shared.Text("accesskeyid"), shared.Text("secretaccesskey"), "", region)
            : new AwsAccount(environment("AWS_ACCESS_KEY_ID") ?? "", environment("AWS_SECRET_ACCESS_KEY") ?? "", environment("AWS_SESSION_TOKEN") ?? "", region);
        if (account.KeyId.Length == 0 || account.Secret.Length == 0)
            throw new ConfigurationException("aws.accesskeyid and aws.secretaccesskey are needed (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)");
        return role.Name.Length > 0 ? account with { Role = new AwsRole(role.Name, role.ExternalId, TokenService(shared.Text("stsendpoint"), account)) } : account;

        string FirstOf(string configured, params string[] names) => configured.Length > 0 ? configured : names.Select(environment).FirstOrDefault(v => v is { Length: > 0 }) ?? "";
    }

    /// <summary>The role whose keys sign instead of these; null for none.</summary>
    public AwsRole? Role { get; init; }

    private static Uri TokenService(string configured, AwsAccount account)
    {
        if (configured.Length == 0) return account.Endpoint("sts");
        return Uri.TryCreate(configured, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
            ? address
            : throw new ConfigurationException("aws.stsendpoint: an address that begins with http:// or https:// is expected");
    }

    /// <summary>Where a service of the region answers.</summary>
    public Uri Endpoint(string service) => new($"https://{service}.{Region}.{Domain}/");

    public string Domain => Region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";
}
