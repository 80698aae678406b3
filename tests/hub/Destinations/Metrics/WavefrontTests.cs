using System.IO.Compression;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Metrics;

public sealed class WavefrontTests
{
    private static async Task<(RecordedRequest Request, string[] Lines)> SendAsync(string yaml, params Alert[] alerts)
    {
        await using var service = await HttpRecorder.StartAsync();
        service.AnswerWith(202);
        var address = new Uri(service.Address);
        var result = await TestDestinations.DeliverAsync(yaml.Replace("HOST", address.Host, StringComparison.Ordinal).Replace("PORT", address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal), alerts);
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        var request = Assert.Single(service.Requests);
        using var unpacked = new StreamReader(new GZipStream(new MemoryStream(request.Body), CompressionMode.Decompress));
        return (request, (await unpacked.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n')[..^1]);
    }

    [Theory]
    [InlineData("wavefront: {endpointtype: proxy, endpointhost: HOST, endpointmetricport: PORT}", "")]
    [InlineData("wavefront: {endpointtype: direct, endpointhost: 'http://HOST:PORT/', endpointtoken: abc}", "Bearer abc")]
    public async Task EventsArePointsWithTheirTags(string yaml, string authorization)
    {
        var (request, lines) = await SendAsync(yaml, TestAlerts.Typical());
        Assert.Equal(("POST", "/report", "?f=wavefront", "gzip", "application/octet-stream"), (request.Method, request.Path, request.Query, request.Headers["Content-Encoding"], request.Headers["Content-Type"]));
        Assert.Equal(authorization, request.Headers.GetValueOrDefault("Authorization", ""));
        Assert.Equal(
            "\"falco.alert\" 1 1700000000 source=\"falco-exporter\" \"severity\"=\"Warning\" \"rule\"=\"Terminal shell in container\" \"source\"=\"syscall\" \"hostname\"=\"node-1\" \"tags\"=\"container, mitre_execution\" "
            + "\"container.id\"=\"host\" \"k8s.ns.name\"=\"payments\" \"proc.aname-2-\"=\"bash\" \"proc.cmdline\"=\"sh -c \\\"echo | cat\\\"\"",
            Assert.Single(lines));
    }

    [Fact]
    public async Task EqualEventsOfASecondAreOnePointAndLimitsAreKept()
    {
        var alert = TestAlerts.Of("Quoted \"rule\"\nof two lines", AlertPriority.Emergency, [.. Enumerable.Range(0, 40).Select(i => ($"field.{i:00}", i == 0 ? new string('ä', 1 << 20) : i == 1 ? " " : "x"))]) with { Hostname = "", Tags = [], Source = "" };
        var (_, lines) = await SendAsync(
            "wavefront: {endpointtype: proxy, endpointhost: HOST, endpointmetricport: PORT, metricname: 'own metric'}",
            alert, alert with { UnixNanoseconds = alert.UnixNanoseconds + 999_999_999 }, alert with { UnixNanoseconds = alert.UnixNanoseconds + 1_000_000_000 });
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("\"own-metric\" 2 1700000000 source=\"falco-exporter\" \"severity\"=\"Emergency\" \"rule\"=\"Quoted \\\"rule\\\"\\nof two lines\" \"field.00\"=\"ä", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("\"own-metric\" 1 1700000001 ", lines[1], StringComparison.Ordinal);
        var tags = lines[0].Split("\" \"");
        Assert.Equal(20, tags.Length - 1);
        Assert.EndsWith("…", tags[3], StringComparison.Ordinal);
        Assert.Equal(254, tags[3].Length - "\"=\"".Length);
    }

    [Theory]
    [InlineData("endpointtype: direct, endpointhost: h", "wavefront.endpointtoken: a token is needed to send directly")]
    [InlineData("endpointtype: proxy, endpointhost: 'ftp://h'", "wavefront.endpointhost: a host is expected, with http://, https:// or nothing before it")]
    public void SettingsThatCannotBeRightAreRefused(string settings, string says) =>
        Assert.Equal(says, Assert.Throws<ConfigurationException>(() => TestDestinations.Create($"wavefront: {{{settings}}}")).Message);
}
