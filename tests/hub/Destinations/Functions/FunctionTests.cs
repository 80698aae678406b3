using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Functions;

public sealed class FunctionTests
{
    private static async Task<(RecordedRequest Request, DeliveryResult Result)> SendAsync(string yaml, Alert alert, int status = 200)
    {
        await using var service = await HttpRecorder.StartAsync();
        service.AnswerWith(status);
        var result = await TestDestinations.DeliverAsync(yaml.Replace("HOST", service.Address, StringComparison.Ordinal), alert);
        return (Assert.Single(service.Requests), result);
    }

    [Theory]
    [InlineData("openfaas: {functionname: f, address: 'HOST'}", "/function/f.openfaas-fn", "")]
    [InlineData("fission: {function: f, address: 'HOST/'}", "/fission-function/f", "event-id")]
    [InlineData("kubeless: {namespace: n, function: f, address: 'HOST'}", "/", "event-id,event-type,event-namespace")]
    [InlineData("gcp: {cloudrun: {endpoint: 'HOST/run', jwt: token1}}", "/run", "Authorization")]
    [InlineData("cloudevents: {address: 'HOST/in'}", "/in", "ce-id,ce-type,ce-source,ce-specversion,ce-time")]
    public async Task FunctionsGetThePlainEvent(string yaml, string path, string headers)
    {
        var alert = TestAlerts.Typical();
        var (request, result) = await SendAsync(yaml, alert);
        Assert.Equal(("POST", path, DeliveryOutcome.Delivered), (request.Method, request.Path, result.All.Outcome));
        Assert.StartsWith("application/json", request.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(alert.ToJson(), request.Body);
        var expected = new Dictionary<string, string>
        {
            ["event-id"] = alert.Id.ToString(),
            ["event-type"] = "falco",
            ["event-namespace"] = "n",
            ["Authorization"] = "Bearer token1",
            ["ce-id"] = alert.Id.ToString(),
            ["ce-type"] = "falco.rule.output.v1",
            ["ce-source"] = "https://falco.org",
            ["ce-specversion"] = "1.0",
            ["ce-time"] = "2023-11-14T22:13:20.123456789Z",
        };
        foreach (var name in headers.Split(',', StringSplitOptions.RemoveEmptyEntries)) Assert.Equal(expected[name], request.Headers[name]);
        Assert.Equal(DeliveryOutcome.Retry, (await SendAsync(yaml, alert, 503)).Result.All.Outcome);
        Assert.Equal(DeliveryOutcome.Rejected, (await SendAsync(yaml, alert, 404)).Result.All.Outcome);
    }

    [Theory]
    [InlineData("openfaas: {functionname: f, gatewayport: 9}", "http://gateway.openfaas:9/")]
    [InlineData("fission: {function: f}", "http://router.fission.svc.cluster.local:80/")]
    [InlineData("kubeless: {namespace: n, function: f}", "http://f.n.svc.cluster.local:8080/")]
    public void InsideAClusterTheServicesNameIsEnough(string yaml, string address)
    {
        var configuration = HubConfigurationReader.ReadText(yaml, _ => null);
        var instance = Assert.Single(configuration.Destinations);
        var context = Peregrine.Hub.AlertHub.Context(instance, configuration, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        var (host, port) = instance.Kind.Name switch
        {
            "openfaas" => ($"{context.Text("gatewayservice")}.{context.Text("gatewaynamespace")}", "gatewayport"),
            "fission" => ($"{context.Text("routerservice")}.{context.Text("routernamespace")}.svc.cluster.local", "routerport"),
            _ => ($"{context.Text("function")}.{context.Text("namespace")}.svc.cluster.local", "port"),
        };
        Assert.Equal(new Uri(address), Peregrine.Hub.Destinations.Functions.ServiceAddress.Of(context, host, port, "/"));
    }

    [Fact]
    public async Task AttributesOfCloudEventsAreEscapedAndExtended()
    {
        var (request, _) = await SendAsync("cloudevents: {address: 'HOST', extensions: {Team: 'blue sky', hostname: mine}}", TestAlerts.Of("Say \"ä\" 100%\n🐦"));
        Assert.Equal(("Say%20%22%C3%A4%22%20100%25%0A%F0%9F%90%A6", "blue%20sky", "mine", "syscall", "Warning"), (request.Headers["ce-rule"], request.Headers["ce-team"], request.Headers["ce-hostname"], request.Headers["ce-eventsource"], request.Headers["ce-priority"]));
        var (least, _) = await SendAsync("cloudevents: {address: 'HOST'}", new Alert { Id = Guid.NewGuid(), UnixNanoseconds = 1, Priority = AlertPriority.Debug, Rule = new string('r', 100_000) });
        Assert.False(least.Headers.ContainsKey("ce-hostname"));
    }

    [Fact]
    public void WhatCannotBeIsRefusedInWords()
    {
        Assert.Contains("openfaas.kubeconfig", Assert.Throws<ConfigurationException>(() => TestDestinations.Create("openfaas: {functionname: f, kubeconfig: /k}")).Message, StringComparison.Ordinal);
        Assert.Contains("'my-team'", Assert.Throws<ConfigurationException>(() => TestDestinations.Create("cloudevents: {address: 'http://x', extensions: {my-team: a}}")).Message, StringComparison.Ordinal);
    }
}
