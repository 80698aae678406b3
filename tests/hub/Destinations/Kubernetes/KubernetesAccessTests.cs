using Microsoft.AspNetCore.Server.Kestrel.Https;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Kubernetes;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Kubernetes;

/// <summary>How a cluster is found and believed, and who we are there.</summary>
public sealed class KubernetesAccessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Config(string server, string cluster, string user)
    {
        File.WriteAllText(_folder.File("config"), $$$"""
            apiVersion: v1
            kind: Config
            current-context: here
            contexts:
            - {name: there, context: {cluster: d, user: v}}
            - {name: here, context: {cluster: c, user: u, namespace: x}}
            clusters:
            - {name: c, cluster: {server: '{{{server}}}', {{{cluster}}} }}
            users:
            - {name: u, user: { {{{user}}} }}
            """);
        return $"policyreport: {{enabled: true, kubeconfig: '{_folder.File("config")}'}}";
    }

    private static string Data(string file) => Convert.ToBase64String(File.ReadAllBytes(file));

    [Theory]
    [InlineData("certificate-authority: ca.pem", true)]
    [InlineData("certificate-authority-data: CA", true)]
    [InlineData("insecure-skip-tls-verify: true", true)]
    [InlineData("certificate-authority: ca.pem, tls-server-name: localhost", true)]
    [InlineData("certificate-authority: ca.pem, tls-server-name: other.example", false)]
    [InlineData("x: y", false)]
    public async Task OnlyAServerWithTheRightCertificateIsBelieved(string cluster, bool works)
    {
        var certificates = new TestCertificates(_folder);
        await using var server = await ApiServer.StartAsync(certificates.Secure());
        var yaml = Config(server.Recorder.Address, cluster.Replace("-data: CA", "-data: " + Data(certificates.Authority), StringComparison.Ordinal), "token: abc");
        if (works) Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(yaml, TestAlerts.Of())).All.Outcome);
        else await Assert.ThrowsAsync<HttpRequestException>(() => TestDestinations.DeliverAsync(yaml, TestAlerts.Of()));
    }

    [Theory]
    [InlineData("client-certificate: client.pem, client-key: client.key")]
    [InlineData("client-certificate-data: CERTIFICATE, client-key-data: KEY")]
    public async Task UsersMayHaveCertificates(string user)
    {
        var certificates = new TestCertificates(_folder);
        await using var server = await ApiServer.StartAsync(certificates.Secure(ClientCertificateMode.RequireCertificate));
        var filled = user.Replace("CERTIFICATE", Data(certificates.Client), StringComparison.Ordinal).Replace("KEY", Data(certificates.ClientKey), StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(Config(server.Recorder.Address, "certificate-authority: ca.pem", filled), TestAlerts.Of())).All.Outcome);
        await Assert.ThrowsAsync<HttpRequestException>(() => TestDestinations.DeliverAsync(Config(server.Recorder.Address, "certificate-authority: ca.pem", "token: abc"), TestAlerts.Of()));
    }

    [Theory]
    [InlineData("token: abc", "Bearer abc")]
    [InlineData("tokenFile: token", "Bearer from-file")]
    [InlineData("username: u, password: p", "Basic dTpw")]
    [InlineData("", "")]
    public async Task UsersMayHaveTokensOrPasswords(string user, string header)
    {
        await File.WriteAllTextAsync(_folder.File("token"), "from-file\n", TestContext.Current.CancellationToken);
        await using var server = await ApiServer.StartAsync();
        await TestDestinations.DeliverAsync(Config(server.Recorder.Address, "", user), TestAlerts.Of());
        Assert.All(server.Recorder.Requests, r => Assert.Equal(header, r.Headers.GetValueOrDefault("Authorization", "")));
    }

    [Fact]
    public async Task APodHasItsServiceAccountWhoseTokenIsReplaced()
    {
        var certificates = new TestCertificates(_folder);
        await using var server = await ApiServer.StartAsync(certificates.Secure());
        var address = new Uri(server.Recorder.Address);
        string? Variable(string name) => name == "KUBERNETES_SERVICE_HOST" ? address.Host : name == "KUBERNETES_SERVICE_PORT" ? address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
        Assert.Null(KubernetesAccess.OfPod(_folder.Path, Variable));
        File.Copy(certificates.Authority, _folder.File("ca.crt"));
        await File.WriteAllTextAsync(_folder.File("token"), "first", TestContext.Current.CancellationToken);
        Assert.Null(KubernetesAccess.OfPod(_folder.Path, _ => null));
        using var api = new KubernetesApi(KubernetesAccess.OfPod(_folder.Path, Variable)!, TimeProvider.System);
        Assert.True((await api.SendAsync(HttpMethod.Get, "api/v1/namespaces/falco", null, TestContext.Current.CancellationToken)).IsGood);
        await File.WriteAllTextAsync(_folder.File("token"), "second", TestContext.Current.CancellationToken);
        await api.SendAsync(HttpMethod.Get, "api/v1/namespaces/falco", null, TestContext.Current.CancellationToken);
        Assert.Equal(["Bearer first", "Bearer second"], server.Recorder.Requests.Select(r => r.Headers["Authorization"]));
    }

    [Theory]
    [InlineData("2099-01-01T00:00:00Z", "1,1")]
    [InlineData("2020-01-01T00:00:00Z", "1,2")]
    public async Task UsersMayHaveAProgramForTheirTokens(string end, string tokens)
    {
        await File.WriteAllTextAsync(_folder.File("helper"), $$"""
            echo "$1 $WHO $KUBERNETES_EXEC_INFO" >> {{_folder.File("calls")}}
            printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s","expirationTimestamp":"{{end}}" } }' $(wc -l < {{_folder.File("calls")}})
            """, TestContext.Current.CancellationToken);
        await using var server = await ApiServer.StartAsync();
        var yaml = Config(server.Recorder.Address, "tls-server-name: h", $"exec: {{apiVersion: client.authentication.k8s.io/v1, command: sh, args: [{_folder.File("helper")}, get-token], env: [{{name: WHO, value: hub}}], provideClusterInfo: true}}");
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(yaml, TestAlerts.Of())).All.Outcome);
        Assert.Equal(tokens, string.Join(',', server.Recorder.Requests.Select(r => r.Headers["Authorization"].Split(' ')[1])));
        Assert.StartsWith("get-token hub " + """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false,"cluster":{"server":"SERVER","tls-server-name":"h"}}}""".Replace("SERVER", server.Recorder.Address, StringComparison.Ordinal), await File.ReadAllTextAsync(_folder.File("calls"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo locked out >&2; exit 3", "ended with 3: locked out")]
    [InlineData("echo hello", "gives no ExecCredential")]
    [InlineData("echo '{\"status\":{\"clientCertificateData\":\"x\"}}'", "gives no token, and only tokens are taken")]
    [InlineData("", "cannot be started")]
    public async Task AProgramThatGivesNoTokenIsHeard(string script, string says)
    {
        var program = script.Length > 0 ? $"command: sh, args: ['-c', '{script.Replace("'", "''", StringComparison.Ordinal)}']" : "command: ./helper";
        var yaml = Config("http://127.0.0.1:1", "", $"exec: {{apiVersion: client.authentication.k8s.io/v1beta1, {program}}}");
        Assert.Contains(says, (await Assert.ThrowsAsync<IOException>(() => TestDestinations.DeliverAsync(yaml, TestAlerts.Of()))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server: 'x'", "users: []", ":3:31: server: an address that begins with https:// is expected")]
    [InlineData("server: 'https://h', certificate-authority: nowhere.pem", "users: []", ":3:31: certificate-authority cannot be read: ")]
    [InlineData("server: 'https://h', certificate-authority-data: '%'", "users: []", ":3:31: certificate-authority cannot be read: ")]
    [InlineData("server: 'https://h', certificate-authority-data: aGVsbG8=", "users: []", ":3:31: certificate-authority: there is no certificate in it")]
    [InlineData("server: 'https://h'", "users: [{name: u, user: {exec: {command: aws}}}]", ":4:32: exec.apiVersion: client.authentication.k8s.io/v1 or v1beta1 is expected")]
    [InlineData("server: 'https://h'", "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1}}}]", ":4:32: exec.command: a program is expected")]
    [InlineData("server: 'https://h'", "users: [{name: u, user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}}}]", ":4:32: exec.interactiveMode: ")]
    [InlineData("server: 'https://h'", "users: [{name: u, user: {auth-provider: {name: gcp}}}]", ":4:41: auth-provider is not known")]
    [InlineData("server: 'https://h'", "users: [{name: u, user: {client-certificate-data: aGVsbG8=, client-key-data: aGVsbG8=}}]", ":4:25: client-certificate and client-key cannot be used: ")]
    public void AKubeconfigThatCannotBeRightIsRefusedWithItsPlace(string cluster, string users, string says)
    {
        var file = _folder.File("config");
        File.WriteAllText(file, $$$"""
            current-context: here
            contexts: [{name: here, context: {cluster: c{{{(users == "users: []" ? "" : ", user: u")}}} }}]
            clusters: [{name: c, cluster: { {{{cluster}}} }}]
            {{{users}}}
            """);
        Assert.StartsWith(file + says, Assert.Throws<ConfigurationException>(() => KubeConfigReader.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsMissingIsNamed()
    {
        var file = _folder.File("config");
        string Says() => Assert.Throws<ConfigurationException>(() => KubeConfigReader.Read(file)).Message;
        Assert.StartsWith($"the configuration file {file} cannot be read", Says(), StringComparison.Ordinal);
        File.WriteAllText(file, "contexts: []");
        Assert.Equal($"{file}: there is no current-context", Says());
        File.WriteAllText(file, "current-context: here");
        Assert.Equal($"{file}: contexts has no 'here'", Says());
        Assert.StartsWith("policyreport.kubeconfig: a file is needed", Assert.Throws<ConfigurationException>(() => TestDestinations.Create("policyreport: {enabled: true}")).Message, StringComparison.Ordinal);
    }
}
