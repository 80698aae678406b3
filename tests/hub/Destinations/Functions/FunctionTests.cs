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
    [InlineData("openfaas: {functionname: f, gatewayport: 9}", "gateway.openfaas:9", "/function/f.openfaas-fn")]
    [InlineData("fission: {function: f}", "router.fission.svc.cluster.local", "/fission-function/f")]
    [InlineData("kubeless: {namespace: n, function: f}", "f.n.svc.cluster.local:8080", "/")]
    public async Task InsideAClusterTheServicesNameIsEnough(string yaml, string host, string path)
    {
        using var folder = new TemporaryFolder();
        await using var service = await HttpRecorder.StartAsync();
        // The proxy stands for the cluster's network: it takes whatever is asked of any host.
        await using var network = new ServiceProxy(service, new TestCertificates(folder));
        var (file, port) = (folder.File("config.yaml"), FreePort.Next());
        await File.WriteAllTextAsync(file, $"listenaddress: 127.0.0.1\nlistenport: {port}\ndata: {folder.File("data")}\n{yaml}", TestContext.Current.CancellationToken);
        await using var hub = await HubProcess.StartAsync(file, port, ("http_proxy", network.Address), ("no_proxy", ""));
        using var sensor = new HttpClient();
        (await sensor.PostAsync($"http://127.0.0.1:{port}/", new StringContent(TestAlerts.Json), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => service.Requests.Count > 0, () => hub.Log);
        Assert.Equal((host, path), (service.Requests[0].Headers["Host"], service.Requests[0].Path));
    }

    [Theory]
    [InlineData("openfaas: {functionname: f, gatewayport: 9, kubeconfig: FILE}", "/api/v1/namespaces/openfaas/services/gateway:9/proxy/function/f.openfaas-fn", "")]
    [InlineData("fission: {function: f, kubeconfig: FILE}", "/api/v1/namespaces/fission/services/router:80/proxy/fission-function/f", "event-id")]
    [InlineData("kubeless: {namespace: n, function: f, kubeconfig: FILE}", "/api/v1/namespaces/n/services/f:8080/proxy/", "event-id,event-type,event-namespace")]
    public async Task FromOutsideTheApiServerLeadsThere(string yaml, string path, string headers)
    {
        using var folder = new TemporaryFolder();
        var certificates = new TestCertificates(folder);
        await using var cluster = await HttpRecorder.StartAsync(certificates.Secure());
        await File.WriteAllTextAsync(folder.File("kubeconfig"), $$"""
            current-context: here
            contexts: [{name: here, context: {cluster: c, user: u} }]
            clusters: [{name: c, cluster: {server: '{{cluster.Address}}', certificate-authority: ca.pem} }]
            users: [{name: u, user: {token: abc} }]
            """, TestContext.Current.CancellationToken);
        var alert = TestAlerts.Typical();
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(yaml.Replace("FILE", folder.File("kubeconfig"), StringComparison.Ordinal), alert)).All.Outcome);
        var request = Assert.Single(cluster.Requests);
        Assert.Equal(("POST", path, "Bearer abc"), (request.Method, request.Path, request.Headers["Authorization"]));
        Assert.Equal(alert.ToJson(), request.Body);
        Assert.All(headers.Split(',', StringSplitOptions.RemoveEmptyEntries), h => Assert.True(request.Headers.ContainsKey(h), h));
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
