using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Configuration;

public sealed class HubConfigurationTests
{
    private static HubConfiguration Read(string yaml, params (string Name, string Value)[] environment) =>
        HubConfigurationReader.ReadText(yaml, name => environment.FirstOrDefault(e => e.Name == name).Value);

    [Fact]
    public void TheDocumentsOfPeopleWorkAsWritten()
    {
        var configuration = Read("""
            listenport: 2801
            slack:
              webhookurl: "https://hooks.slack.com/services/XXXX"
              minimumpriority: "warning"
            """);
        Assert.Empty(configuration.Warnings);
        var slack = Assert.Single(configuration.Destinations);
        Assert.Equal(AlertPriority.Warning, slack.MinimumPriority);
        Assert.True(slack.TakesAll);
    }

    [Fact]
    public void KeysMatchInAnyCaseAndTheEnvironmentComesFirst()
    {
        var configuration = Read("Webhook: {Address: 'http://file/', MinimumPriority: INFO}", ("WEBHOOK_ADDRESS", "http://environment/"), ("CUSTOMFIELDS", "env:%WHERE,url:http://x"), ("WHERE", "here"));
        var webhook = Assert.Single(configuration.Destinations);
        Assert.Equal("http://environment/", webhook.Settings.Text("address"));
        Assert.Equal(AlertPriority.Informational, webhook.MinimumPriority);
        Assert.Equal([("env", "here"), ("url", "http://x")], configuration.Top.Map("customfields").Select(f => (f.Key, f.Value)));
    }

    [Fact]
    public void NamesOfCustomFieldsKeepTheirCaseAndValuesMayBeVariables()
    {
        var configuration = Read("CustomFields: {MyField: x, Region: '%REGION', odd: '%no such'}", ("REGION", "north"));
        Assert.Equal([("MyField", "x"), ("Region", "north"), ("odd", "%no such")], configuration.Top.Map("customfields").Select(f => (f.Key, f.Value)));
    }

    [Fact]
    public void SecretsComeFromTheEnvironmentOrAFileAndAreNeverShown()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("token"), "s3cret-token\n");
        var configuration = Read("""
            slack: {webhookurl: '${SLACK}'}
            webhook: {address: 'http://hook.example/a/${file:FILE}', customheaders: {Authorization: Bearer abcdef}}
            """.Replace("FILE", folder.File("token"), StringComparison.Ordinal), ("SLACK", "https://hooks.slack.com/services/T0/B0/very-secret"));
        Assert.Equal("http://hook.example/a/s3cret-token", configuration.Destinations.First(d => d.Name == "webhook").Settings.Text("address"));
        Assert.Equal("POST *** failed, path ***, header ***", configuration.Secrets.Hide("POST https://hooks.slack.com/services/T0/B0/very-secret failed, path /a/s3cret-token, header Bearer abcdef"));
    }

    [Theory]
    [InlineData("slak: {}", "unknown key 'slak', ignored; did you mean 'slack'?")]
    [InlineData("elasticsearch: {batching: {enable: true}}", "configuration:1:28: unknown key 'elasticsearch.batching.enable', ignored; did you mean 'batching.enabled'?")]
    [InlineData("slack: {webhokurl: x}", "configuration:1:9: unknown key 'slack.webhokurl', ignored; did you mean 'webhookurl'?")]
    public void UnknownKeysAreWarnedOfWithTheNearest(string yaml, string warning) => Assert.Contains(warning, Assert.Single(Read(yaml).Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData("listenport: high", "configuration:1:13: listenport: a whole number from 0 to 65535 is expected, not 'high'")]
    [InlineData("slack: {minimumpriority: loud}", "one of emergency, alert, critical")]
    [InlineData("slack: [a]", "slack: a mapping of keys to values is expected")]
    [InlineData("debug: maybe", "true or false is expected")]
    [InlineData("slack: {webhookurl: 'http://x/', messageformat: '{{ .Rule'}", "unclosed action")]
    [InlineData("destinations: [{name: x, kind: slak}]", "there is no kind of destination 'slak'; did you mean 'slack'?")]
    [InlineData("destinations: [{name: x, kind: slack}]", "needs 'webhookurl'")]
    [InlineData("webhook: {address: 'http://x/'}\ndestinations: [{name: webhook, kind: webhook, address: 'http://y/'}]", "two destinations have the name 'webhook'")]
    [InlineData("delivery: {timeout: soon}", "a length of time")]
    public void WrongValuesAreErrorsWithTheirPlace(string yaml, string message) => Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Read(yaml)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("templatedfields: {x: '{{ nosuch }}'}", "templatedfields.x")]
    [InlineData("listenaddress: everywhere", "an IP address is expected")]
    [InlineData("tlsserver: {deploy: true, certfile: /nowhere/a.crt, keyfile: /nowhere/a.key}", "/nowhere/a.crt")]
    public void WhatAStartWouldRefuseIsFoundBefore(string yaml, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Peregrine.Hub.Web.HubServer.Check(Read(yaml))).Message, StringComparison.Ordinal);

    [Fact]
    public void DeliverySettingsOfOneDestinationComeBeforeThoseForAll()
    {
        var configuration = Read("""
            delivery: {timeout: 3s, expiry: 1h}
            webhook: {address: 'http://x/', delivery: {timeout: 500ms}}
            slack: {webhookurl: 'http://y/'}
            """);
        Assert.Empty(configuration.Warnings);
        var (slack, webhook) = (configuration.Destinations.First(d => d.Name == "slack").Delivery, configuration.Destinations.First(d => d.Name == "webhook").Delivery);
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromHours(1)), (slack.Timeout, slack.Expiry));
        Assert.Equal((TimeSpan.FromMilliseconds(500), TimeSpan.FromHours(1)), (webhook.Timeout, webhook.Expiry));
    }

    [Fact]
    public void EveryKindIsDeclaredOnceAndWhole()
    {
        Assert.Equal(DestinationKinds.All.Count, DestinationKinds.All.Select(k => k.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(DestinationKinds.All.Count, DestinationKinds.All.Select(k => k.Section).Distinct(StringComparer.Ordinal).Count());
        foreach (var kind in DestinationKinds.All)
        {
            Assert.All(kind.EnabledBy, key => Assert.Contains(kind.Settings, s => s.Key == key));
            Assert.Equal(kind.Settings.Count, kind.Settings.Select(s => s.Key).Distinct(StringComparer.Ordinal).Count());
            Assert.All(kind.Settings, s => Assert.True(!s.Key.Any(char.IsUpper) && s.Description.Length > 0 && !s.Description.EndsWith('.'), kind.Section + "." + s.Key));
        }
    }

    [Fact]
    public void TheDocumentationNamesEveryKindAndNoOther()
    {
        var rows = File.ReadLines(Path.Combine(Repository.Root, "docs", "hub.md")).SkipWhile(l => l != "## Destinations").TakeWhile(l => !l.StartsWith("All sections", StringComparison.Ordinal)).Where(l => l.StartsWith('|'));
        var named = rows.SelectMany(r => r.Split('`').Where((_, i) => i % 2 == 1));
        Assert.Equal(DestinationKinds.All.Select(k => k.Name).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }
}
