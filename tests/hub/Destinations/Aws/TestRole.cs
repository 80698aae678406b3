namespace Peregrine.HubTests.Destinations.Aws;

/// <summary>What the token service answers when a role is taken on: <c>key2</c>, <c>secret2</c> and <c>token2</c> for an hour.</summary>
internal static class TestRole
{
    public static string Answer() => $"""
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>key2</AccessKeyId><SecretAccessKey>secret2</SecretAccessKey>
        <SessionToken>token2</SessionToken><Expiration>{DateTimeOffset.UtcNow.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
        """;
}
