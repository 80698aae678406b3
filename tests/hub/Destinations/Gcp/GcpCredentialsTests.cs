using System.Text.Json;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Gcp;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Gcp;

/// <summary>The ways to a token without a service account's key.</summary>
public sealed class GcpCredentialsTests
{
    private const string Access = """{"access_token":"access2","expires_in":"3600"}""";

    private static string Topic(string host, string credentials) => $"gcp: {{{credentials}, pubsub: {{projectid: p, topic: t, endpoint: '{host}'}}}}";

    private static string Quoted(string json) => $"credentials: '{json.Replace("\n", "", StringComparison.Ordinal)}'";

    [Theory]
    [InlineData("pubsub: {projectid: p, topic: t, endpoint: 'HOST'}", "token", "?scopes=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fpubsub")]
    [InlineData("cloudrun: {endpoint: 'HOST/run', audience: 'https://me.example'}", "identity", "?format=full&audience=https%3A%2F%2Fme.example")]
    public async Task OnGooglesMachinesTheMetadataServerSpeaksForThem(string settings, string what, string query)
    {
        await using var google = await HttpRecorder.StartAsync();
        google.Answer = request => (200, request.Method == "POST" ? "{}" : what == "token" ? Access : TestServiceAccount.IdentityToken("x"), []);
        var yaml = $"gcp: {{workloadidentity: true, metadataserver: '{new Uri(google.Address).Authority}', {settings.Replace("HOST", google.Address, StringComparison.Ordinal)}}}";
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(yaml, TestAlerts.Of())).All.Outcome);
        Assert.Equal(("GET", "/computeMetadata/v1/instance/service-accounts/default/" + what, query, "Google"), (google.Requests[0].Method, google.Requests[0].Path, google.Requests[0].Query, google.Requests[0].Headers["Metadata-Flavor"]));
        Assert.StartsWith(what == "token" ? "Bearer access2" : "Bearer e30.", google.Requests[1].Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ElsewhereThereIsNoneAndTheReasonSaysWhatToDo()
    {
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => TestDestinations.DeliverAsync(Topic("http://127.0.0.1:9", $"workloadidentity: true, metadataserver: '127.0.0.1:{FreePort.Next()}'"), TestAlerts.Of()));
        Assert.StartsWith("gcp.credentials is not set, and the metadata server 127.0.0.1:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APersonsConsentIsTakenUpAgain()
    {
        await using var google = await HttpRecorder.StartAsync();
        google.Answer = request => (200, request.Path == "/token" ? Access : "{}", []);
        await TestDestinations.DeliverAsync(Topic(google.Address, Quoted("""{"type":"authorized_user","client_id":"id1","client_secret":"secret1","refresh_token":"refresh1"}""") + $", tokenendpoint: '{google.Address}/token'"), TestAlerts.Of());
        var form = google.Requests[0].Form;
        Assert.Equal(("refresh_token", "id1", "secret1", "refresh1"), (form["grant_type"], form["client_id"], form["client_secret"], form["refresh_token"]));
        Assert.Equal("Bearer access2", google.Requests[1].Headers["Authorization"]);
    }

    [Theory]
    [InlineData("""{"file":"FILE"}""", false)]
    [InlineData("""{"file":"FILE","format":{"type":"json","subject_token_field_name":"token"}}""", true)]
    [InlineData("""{"url":"HOST/subject","headers":{"X-Mine":"1"},"format":{"type":"json","subject_token_field_name":"token"}}""", true)]
    public async Task ATokenOfAnotherIssuerIsExchanged(string source, bool impersonates)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("token");
        var isJson = source.Contains("json", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, isJson ? """{"token":"subject1"}""" : "subject1\n", TestContext.Current.CancellationToken);
        await using var google = await HttpRecorder.StartAsync();
        google.Answer = request => request.Path switch
        {
            "/subject" => (200, request.Headers["X-Mine"] == "1" ? """{"token":"subject1"}""" : "", []),
            "/exchange" => (200, Access, []),
            "/sa:generateAccessToken" => (200, $$"""{"accessToken":"account1","expireTime":"{{DateTimeOffset.UtcNow.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}}"}""", []),
            "/sa:generateIdToken" => (200, $$"""{"token":"{{TestServiceAccount.IdentityToken("x")}}"}""", []),
            _ => (200, "{}", []),
        };
        var json = $$"""
            {"type":"external_account","audience":"//iam.googleapis.com/pool","subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"HOST/exchange",{{(impersonates ? "\"service_account_impersonation_url\":\"HOST/sa:generateAccessToken\"," : "")}}"credential_source":{{source}}}
            """.Replace("FILE", file, StringComparison.Ordinal).Replace("HOST", google.Address, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(Topic(google.Address, Quoted(json)), TestAlerts.Of())).All.Outcome);
        var form = google.Requests.Single(r => r.Path == "/exchange").Form;
        Assert.Equal(("urn:ietf:params:oauth:grant-type:token-exchange", "subject1", "//iam.googleapis.com/pool"), (form["grant_type"], form["subject_token"], form["audience"]));
        Assert.Equal(impersonates ? "https://www.googleapis.com/auth/cloud-platform" : "https://www.googleapis.com/auth/pubsub", form["scope"]);
        Assert.Equal(impersonates ? "Bearer account1" : "Bearer access2", google.Requests[^1].Headers["Authorization"]);
        if (!impersonates) return;
        var asked = google.Requests.Single(r => r.Path == "/sa:generateAccessToken");
        Assert.Equal(("Bearer access2", """{"scope":["https://www.googleapis.com/auth/pubsub"]}"""), (asked.Headers["Authorization"], asked.Text));
        await TestDestinations.DeliverAsync($"gcp: {{{Quoted(json)}, cloudrun: {{endpoint: '{google.Address}/run'}}}}", TestAlerts.Of());
        Assert.Equal(google.Address, JsonDocument.Parse(google.Requests.Single(r => r.Path == "/sa:generateIdToken").Body).RootElement.GetProperty("audience").GetString());
        Assert.StartsWith("Bearer e30.", google.Requests[^1].Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public void FilesAreLookedForWhereGooglesLibrariesDo()
    {
        using var folder = new TemporaryFolder();
        var (named, gcloud) = (folder.File("named.json"), folder.File("application_default_credentials.json"));
        File.WriteAllBytes(named, Convert.FromBase64String(TestServiceAccount.Credentials("https://oauth2.googleapis.com/token")));
        SettingValues Shared(string settings) => Assert.Single(HubConfigurationReader.ReadText($"gcp: {{{settings}storage: {{bucket: b}}}}", _ => null).Destinations).Shared;
        GcpCredentials Of(string settings, params (string Name, string Value)[] environment) => GcpAccount.Of(Shared(settings), name => environment.FirstOrDefault(e => e.Name == name).Value);
        Assert.IsType<ServiceAccountKey>(Of("", ("GOOGLE_APPLICATION_CREDENTIALS", named), ("CLOUDSDK_CONFIG", folder.Path)));
        Assert.IsType<MetadataServer>(Of("", ("CLOUDSDK_CONFIG", folder.Path)));
        File.WriteAllText(gcloud, """{"type":"authorized_user","client_id":"a","client_secret":"b","refresh_token":"c"}""");
        Assert.IsType<AuthorizedUser>(Of("", ("CLOUDSDK_CONFIG", folder.Path)));
        Assert.IsType<MetadataServer>(Of("workloadidentity: true, ", ("GOOGLE_APPLICATION_CREDENTIALS", named), ("CLOUDSDK_CONFIG", folder.Path)));
        Assert.Contains("/nowhere.json cannot be read", Assert.Throws<ConfigurationException>(() => Of("", ("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere.json"))).Message, StringComparison.Ordinal);
    }
}
