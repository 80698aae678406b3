namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>What a token of Google is for: an access token opens APIs, an identity token says to one service who calls.</summary>
/// <param name="Scope">The APIs that an access token opens; empty for an identity token.</param>
/// <param name="Audience">The service that an identity token is for; empty for an access token.</param>
internal readonly record struct GcpGrant(string Scope, string Audience)
{
    public const string CloudPlatform = "https://www.googleapis.com/auth/cloud-platform";

    public static GcpGrant Access(string scope) => new(scope, "");

    public static GcpGrant Identity(string audience) => new("", audience);

    public bool IsIdentity => Audience.Length > 0;
}
