using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Azure;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Azure;

public sealed class EventHubsTests
{
    private const string ConnectionString = "Endpoint=sb://MyNs.servicebus.windows.net/;SharedAccessKeyName=send only;SharedAccessKey=a2V5MQ==;EntityPath=alerts";
    private const string Token = """{"access_token":"access1","expires_in":"3599","token_type":"Bearer"}""";
    private const string Application = "tenantid: t1, clientid: c1, clientsecret: s1, authority: 'HOST'";

    private static string Yaml(string host, string identity, string settings = "") =>
        $"azure: {{{identity.Replace("HOST", host, StringComparison.Ordinal)}{(identity.Length > 0 ? ", " : "")}eventhub: {{namespace: myns, name: alerts, endpoint: '{host}'{settings}}}}}";

    private static string WithKey(string host, string settings = "") => Yaml(host, "", $", connectionstring: '{ConnectionString}'{settings}");

    private static async Task<(DeliveryResult Result, IReadOnlyList<RecordedRequest> Requests)> SendAsync(Func<string, string> yaml, int status, string text, params Alert[] alerts)
    {
        await using var azure = await HttpRecorder.StartAsync();
        azure.Answer = request => request.Path == "/alerts/messages" ? (status, text, []) : (200, Token, []);
        return (await TestDestinations.DeliverAsync(yaml(azure.Address), alerts), azure.Requests);
    }

    private static string[] Bodies(RecordedRequest request)
    {
        using var body = JsonDocument.Parse(request.Body);
        return [.. body.RootElement.EnumerateArray().Select(m => m.GetProperty("Body").GetString()!)];
    }

    [Fact]
    public async Task ABatchIsSentOnceAndHoldsThePlainEvents()
    {
        Alert[] alerts = [TestAlerts.Typical(), .. AlertPriorities.Levels.Select(p => new Alert { Id = Guid.NewGuid(), UnixNanoseconds = 1, Priority = p, Rule = "r" })];
        var (result, requests) = await SendAsync(host => WithKey(host), 201, "", alerts);
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        var request = Assert.Single(requests);
        Assert.Equal(("POST", "/alerts/messages", "?api-version=2014-01", "application/vnd.microsoft.servicebus.json"), (request.Method, request.Path, request.Query, request.Headers["Content-Type"]));
        Assert.Equal(alerts.Select(a => Encoding.UTF8.GetString(a.ToJson())), Bodies(request));
    }

    [Fact]
    public async Task AKeySignsForTheHubsOwnAddress()
    {
        var (_, requests) = await SendAsync(host => WithKey(host), 201, "", TestAlerts.Of());
        var parts = requests[0].Headers["Authorization"].Split(' ', 2);
        Assert.Equal("SharedAccessSignature", parts[0]);
        var token = parts[1].Split('&').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        Assert.Equal("https%3A%2F%2Fmyns.servicebus.windows.net%2Falerts", token["sr"]);
        Assert.Equal("send%20only", token["skn"]);
        Assert.InRange(long.Parse(token["se"], System.Globalization.CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 60, 7200);
        // The key is used as it stands, not as base64.
        var expected = Convert.ToBase64String(HMACSHA256.HashData("a2V5MQ=="u8, Encoding.UTF8.GetBytes($"{token["sr"]}\n{token["se"]}")));
        Assert.Equal(expected, WebUtility.UrlDecode(token["sig"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnApplicationShowsItsSecretOrTheClustersToken(bool hasFile)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("token"), "cluster1\n", TestContext.Current.CancellationToken);
        await using var azure = await HttpRecorder.StartAsync();
        azure.Answer = request => request.Path == "/alerts/messages" ? (201, "", []) : (200, Token, []);
        await using var destination = TestDestinations.Create(Yaml(azure.Address, hasFile ? $"tenantid: t1, clientid: c1, tokenfile: {folder.File("token")}, authority: 'HOST/'" : Application));
        for (var i = 0; i < 2; i++) await destination.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken);
        Assert.Equal(["/t1/oauth2/v2.0/token", "/alerts/messages", "/alerts/messages"], azure.Requests.Select(r => r.Path));
        Assert.Equal("Bearer access1", azure.Requests[1].Headers["Authorization"]);
        var form = azure.Requests[0].Form;
        Assert.Equal(("client_credentials", "c1", "https://eventhubs.azure.net/.default"), (form["grant_type"], form["client_id"], form["scope"]));
        if (hasFile) Assert.Equal(("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "cluster1"), (form["client_assertion_type"], form["client_assertion"]));
        else Assert.Equal("s1", form["client_secret"]);
    }

    [Fact]
    public async Task OnAzuresMachinesTheManagedIdentitySpeaksForThem()
    {
        var (_, requests) = await SendAsync(host => Yaml(host, $"clientid: mine, metadataserver: '{new Uri(host).Authority}'"), 201, "", TestAlerts.Of());
        Assert.Equal(("GET", "/metadata/identity/oauth2/token", "?api-version=2018-02-01&client_id=mine&resource=https%3A%2F%2Feventhubs.azure.net", "true"), (requests[0].Method, requests[0].Path, requests[0].Query, requests[0].Headers["Metadata"]));
        Assert.Equal("Bearer access1", requests[1].Headers["Authorization"]);
    }

    [Fact]
    public async Task InAppServiceItsOwnServiceDoes()
    {
        await using var azure = await HttpRecorder.StartAsync();
        azure.AnswerWith(200, $$"""{"access_token":"access2","expires_on":"{{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}}"}""");
        var identity = AzureIdentity.Of(Shared(), name => name switch { "IDENTITY_ENDPOINT" => azure.Address + "/msi", "IDENTITY_HEADER" => "header1", _ => null });
        using var client = new HttpClient();
        var token = await identity.FetchAsync("https://eventhubs.azure.net", client, DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
        Assert.Equal("access2", token.Value);
        Assert.InRange(token.Until - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(30), TimeSpan.FromHours(1));
        var request = Assert.Single(azure.Requests);
        Assert.Equal(("/msi", "?api-version=2019-08-01&resource=https%3A%2F%2Feventhubs.azure.net", "header1"), (request.Path, request.Query, request.Headers["X-IDENTITY-HEADER"]));
    }

    [Fact]
    public void TheVariablesOfAzuresLibrariesCount()
    {
        (string Name, string Value)[] application = [("AZURE_TENANT_ID", "t"), ("AZURE_CLIENT_ID", "c")];
        AzureIdentity Of(params (string Name, string Value)[] environment) => AzureIdentity.Of(Shared(), name => environment.FirstOrDefault(e => e.Name == name).Value);
        Assert.IsType<AzureApplication>(Of([.. application, ("AZURE_CLIENT_SECRET", "s")]));
        Assert.IsType<AzureApplication>(Of([.. application, ("AZURE_FEDERATED_TOKEN_FILE", "/f"), ("AZURE_AUTHORITY_HOST", "https://login.example/")]));
        Assert.IsType<ManagedIdentity>(Of(application));
        Assert.Contains("azure.tenantid", Assert.Throws<ConfigurationException>(() => Of(("AZURE_CLIENT_SECRET", "s"))).Message, StringComparison.Ordinal);
        Assert.Contains("AZURE_CLIENT_CERTIFICATE_PATH", Assert.Throws<ConfigurationException>(() => Of([.. application, ("AZURE_CLIENT_CERTIFICATE_PATH", "/c")])).Message, StringComparison.Ordinal);
    }

    private static SettingValues Shared() => Assert.Single(HubConfigurationReader.ReadText("azure: {eventhub: {namespace: n, name: h}}", _ => null).Destinations).Shared;

    [Fact]
    public async Task TroubleIsToldApart()
    {
        foreach (var yaml in new Func<string, string>[] { host => WithKey(host), host => Yaml(host, Application) })
            foreach (var (status, text, outcome) in new[]
                     {
                         (429, "", DeliveryOutcome.Retry), (503, "50002", DeliveryOutcome.Retry), (500, "", DeliveryOutcome.Retry), (401, "ended", DeliveryOutcome.Retry),
                         (403, "40300: QuotaExceeded", DeliveryOutcome.Retry), (403, "no right to send", DeliveryOutcome.Rejected), (404, "", DeliveryOutcome.Rejected), (413, "", DeliveryOutcome.Rejected),
                     })
                Assert.Equal((status, text, outcome), (status, text, (await SendAsync(yaml, status, text, TestAlerts.Typical())).Result.All.Outcome));
    }

    [Theory]
    [InlineData('x')]
    [InlineData('"')]
    public async Task AnEventThatIsTooLongIsShortened(char filler)
    {
        var (_, requests) = await SendAsync(host => WithKey(host, ", maxbytes: 262144"), 201, "", TestAlerts.Of("ä|\n🐦", fields: [("f", new string(filler, 1024 * 1024))]));
        Assert.InRange(requests[0].Body.Length, 10_000, 262_144);
        Assert.EndsWith(filler + "…", AlertReader.Read(Encoding.UTF8.GetBytes(Assert.Single(Bodies(requests[0])))).FieldText("f"), StringComparison.Ordinal);
    }

    [Fact]
    public void ANamespaceIsAHost() =>
        Assert.Contains("azure.eventhub.namespace: 'sb://myns.servicebus.windows.net/'", Assert.Throws<ConfigurationException>(() => TestDestinations.Create("azure: {eventhub: {namespace: 'sb://myns.servicebus.windows.net/', name: h}}")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Endpoint=sb://myns.servicebus.windows.net/;SharedAccessKeyName=hunter2", "SharedAccessKeyName and SharedAccessKey are expected")]
    [InlineData("Endpoint=sb://other.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=hunter2", "it is for the namespace other.servicebus.windows.net, not for myns.servicebus.windows.net")]
    [InlineData("SharedAccessKeyName=a;SharedAccessKey=hunter2;EntityPath=other", "it is for the hub other, not for alerts")]
    public void AConnectionStringThatDoesNotFitIsRefusedInWords(string connection, string message)
    {
        var refusal = Assert.Throws<ConfigurationException>(() => TestDestinations.Create(Yaml("http://127.0.0.1", "", $", connectionstring: '{connection}'")));
        Assert.Contains("azure.eventhub.connectionstring: " + message, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }
}
