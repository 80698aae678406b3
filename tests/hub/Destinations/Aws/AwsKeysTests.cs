using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Aws;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Aws;

/// <summary>The ways to keys that nobody configured.</summary>
public sealed class AwsKeysTests
{
    private static AwsAccount Of(string settings, (string Name, string ExternalId) role, params (string Name, string Value)[] environment)
    {
        var shared = Assert.Single(HubConfigurationReader.ReadText($"aws: {{region: eu-west-1, {settings}lambda: {{functionname: f}}}}", _ => null).Destinations).Shared;
        return AwsAccount.Of(shared, "", role, name => environment.FirstOrDefault(e => e.Name == name).Value);
    }

    private static async Task<AwsAccount> KeysAsync(AwsAccount account)
    {
        using var client = new HttpClient();
        var lease = await account.Source!.FetchAsync(account, client, DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
        Assert.InRange(lease.Until - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(30), TimeSpan.FromHours(1));
        return lease.Value;
    }

    private static string Json() => $$"""{"Code":"Success","AccessKeyId":"key3","SecretAccessKey":"secret3","Token":"token3","Expiration":"{{DateTimeOffset.UtcNow.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}}"}""";

    [Fact]
    public void TheyAreLookedForInTheOrderOfAwssLibraries()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("credentials"), "# kept\n[other]\naws_access_key_id = kept2\naws_secret_access_key = s\n\n[default]\naws_access_key_id=kept1\naws_secret_access_key = s=1\naws_session_token = t1\n[last]\n");
        List<(string, string)> environment = [];
        string Found(string settings = "")
        {
            var account = Of(settings, ("", ""), [.. environment]);
            return account.Source?.GetType().Name ?? $"{account.KeyId} {account.Secret} {account.SessionToken}".Trim();
        }
        Assert.Equal("InstanceKeys", Found());
        environment.Add(("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/1"));
        Assert.Equal("ContainerKeys", Found());
        environment.Add(("AWS_SHARED_CREDENTIALS_FILE", folder.File("credentials")));
        Assert.Equal("kept1 s=1 t1", Found());
        environment.Add(("AWS_PROFILE", "other"));
        Assert.Equal("kept2 s", Found());
        environment.AddRange([("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"), ("AWS_ROLE_ARN", "arn:r")]);
        Assert.Equal("WebIdentityRole", Found());
        environment.AddRange([("AWS_ACCESS_KEY_ID", "variable"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_SESSION_TOKEN", "t")]);
        Assert.Equal("variable s t", Found());
        Assert.Equal("configured s", Found("accesskeyid: configured, secretaccesskey: s, "));
        Assert.Contains("belong together", Assert.Throws<ConfigurationException>(() => Found("accesskeyid: configured, ")).Message, StringComparison.Ordinal);
        environment = [("AWS_EC2_METADATA_DISABLED", "true")];
        Assert.Contains("aws.accesskeyid", Assert.Throws<ConfigurationException>(() => Found()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClustersTokenTakesARoleOnWhichTakesOnAnother()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("token"), "cluster1\n", TestContext.Current.CancellationToken);
        await using var aws = await HttpRecorder.StartAsync();
        aws.AnswerWith(200, TestRole.Answer());
        (string, string)[] environment = [("AWS_WEB_IDENTITY_TOKEN_FILE", folder.File("token")), ("AWS_ROLE_ARN", "arn:pod")];
        var keys = await KeysAsync(Of($"stsendpoint: '{aws.Address}', ", ("arn:lake", "ext1"), environment));
        Assert.Equal(("key2", "secret2", "token2", "eu-west-1"), (keys.KeyId, keys.Secret, keys.SessionToken, keys.Region));
        var (first, second) = (aws.Requests[0], aws.Requests[1]);
        Assert.Equal(("AssumeRoleWithWebIdentity", "arn:pod", "cluster1", "peregrine-hub"), (first.Form["Action"], first.Form["RoleArn"], first.Form["WebIdentityToken"], first.Form["RoleSessionName"]));
        Assert.False(first.Headers.ContainsKey("Authorization"));
        Assert.Equal(("AssumeRole", "arn:lake", "ext1"), (second.Form["Action"], second.Form["RoleArn"], second.Form["ExternalId"]));
        ReceivedSignature.Check(second, "secret2", "eu-west-1", "sts");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AContainersServiceTellsItsKeys(bool hasFile)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("token"), "pod1\n", TestContext.Current.CancellationToken);
        await using var service = await HttpRecorder.StartAsync();
        service.AnswerWith(200, Json());
        var keys = await KeysAsync(Of("", ("", ""), ("AWS_CONTAINER_CREDENTIALS_FULL_URI", service.Address + "/v1/credentials"), hasFile ? ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", folder.File("token")) : ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "pod1")));
        Assert.Equal(("key3", "secret3", "token3"), (keys.KeyId, keys.Secret, keys.SessionToken));
        var request = Assert.Single(service.Requests);
        Assert.Equal(("GET", "/v1/credentials", "pod1"), (request.Method, request.Path, request.Headers["Authorization"]));
    }

    [Fact]
    public async Task AMachinesMetadataServiceTellsTheKeysOfItsRole()
    {
        await using var service = await HttpRecorder.StartAsync();
        service.Answer = request => request.Path switch
        {
            "/latest/api/token" => (200, "session1", []),
            "/latest/meta-data/iam/security-credentials/" => (200, "role1\n", []),
            "/latest/meta-data/iam/security-credentials/role1" => (200, Json(), []),
            _ => (404, "", []),
        };
        Assert.Equal("key3", (await KeysAsync(Of("", ("", ""), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", service.Address + "/")))).KeyId);
        Assert.Equal(["PUT", "GET", "GET"], service.Requests.Select(r => r.Method));
        Assert.Equal("300", service.Requests[0].Headers["X-aws-ec2-metadata-token-ttl-seconds"]);
        Assert.All(service.Requests.Skip(1), r => Assert.Equal("session1", r.Headers["X-aws-ec2-metadata-token"]));
    }

    [Fact]
    public async Task ElsewhereThereAreNoneAndTheReasonSaysWhatToDo()
    {
        var account = Of("", ("", ""), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", $"http://127.0.0.1:{FreePort.Next()}"));
        Assert.StartsWith("aws.accesskeyid is not set, and the metadata service http://127.0.0.1:", (await Assert.ThrowsAsync<HttpRequestException>(() => KeysAsync(account))).Message, StringComparison.Ordinal);
    }
}
