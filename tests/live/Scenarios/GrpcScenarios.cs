using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>Alerts of the real kernel, taken by a gRPC client of another language over a unix socket and over TLS with certificates on both sides.</summary>
[Collection(LiveCollection.Name)]
public sealed class GrpcScenarios(LiveSensor shared)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AlertsReachClientsOfTheUnixSocket(bool json)
    {
        using var folder = new LiveFolder();
        var address = "unix:" + Path.Combine(folder.Path, "grpc.sock");
        using var sensor = Start(folder, $"bind_address: '{address}'", json);
        using (var version = GrpcClient.Call(address, "version"))
            Assert.Equal("0.44.1", version.Expect(static m => m.TryGetProperty("version", out _)).GetProperty("version").GetString());
        using var sub = GrpcClient.Call(address, "sub");
        var marked = MarkedFile.Path(folder);
        var alert = sub.Expect(static m => Text(m, "rule") == MarkedFile.Rule, Deed);
        Assert.Equal(("WARNING", "syscall", "SYSCALL"), (Text(alert, "priority"), Text(alert, "source"), Text(alert, "source_deprecated")));
        Assert.Contains("Warning opened " + marked, Text(alert, "output"), StringComparison.Ordinal);
        Assert.Equal(marked, alert.GetProperty("output_fields").GetProperty("fd.name").GetString());
        Assert.Equal("<NA>", alert.GetProperty("output_fields").GetProperty("container.image.repository").GetString());
        Assert.Equal(["live", "test"], alert.GetProperty("tags").EnumerateArray().Select(t => t.GetString()));
        var time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(Text(alert.GetProperty("time"), "seconds"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.InRange(time, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));
        sub.Cancel();
        Assert.Equal(1, sub.Ended());
        // Nobody is subscribed any more, once the sensor has noticed that the client went: what comes then waits for who takes it.
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    Deed();
                    using var get = GrpcClient.Call(address, "get");
                    return get.All().Any(m => Text(m, "rule") == MarkedFile.Rule);
                },
                TimeSpan.FromSeconds(60)),
            sensor.Logged);
        Assert.Equal(0, sensor.Stop());
        Assert.False(File.Exists(Path.Combine(folder.Path, "grpc.sock")));

        void Deed() => shared.Deeds.Do("open", marked);
    }

    [Fact]
    public void ADeadlineEndsASubscriptionAndTheEndOfTheSensorToo()
    {
        using var folder = new LiveFolder();
        var address = "unix:" + Path.Combine(folder.Path, "grpc.sock");
        using var sensor = Start(folder, $"bind_address: '{address}'", json: true);
        using var brief = GrpcClient.Call(address, "sub", "--deadline", "1500");
        Assert.Equal(4, brief.Ended());
        using var lasting = GrpcClient.Call(address, "sub");
        var marked = MarkedFile.Path(folder);
        lasting.Expect(static m => Text(m, "rule") == MarkedFile.Rule, () => shared.Deeds.Do("open", marked));
        Assert.Equal(0, sensor.Stop());
        Assert.Equal(14, lasting.Ended());
    }

    [Fact]
    public void OverTlsOnlyClientsWithACertificateOfOursAreServed()
    {
        using var folder = new LiveFolder();
        var port = LoopbackPort.Free();
        using var authority = Authority("CN=authority");
        using var stranger = Authority("CN=stranger");
        Issue(folder, "ours", authority, authority);
        Issue(folder, "theirs", stranger, authority);
        string File(string name) => Path.Combine(folder.Path, "ours", name);
        using var sensor = Start(folder, $"bind_address: '127.0.0.1:{port}', private_key: {File("server.key")}, cert_chain: {File("server.crt")}, root_certs: {File("ca.crt")}", json: true);
        using (var ours = GrpcClient.Call($"localhost:{port}", "version", "--tls", Path.Combine(folder.Path, "ours"))) Assert.Equal(0, ours.Ended());
        using (var theirs = GrpcClient.Call($"localhost:{port}", "version", "--tls", Path.Combine(folder.Path, "theirs"))) Assert.Equal(14, theirs.Ended());
        using (var anonymous = GrpcClient.Call($"localhost:{port}", "version", "--tls", Path.Combine(folder.Path, "ours"), "--anonymous")) Assert.Equal(14, anonymous.Ended());
        using (var plain = GrpcClient.Call($"localhost:{port}", "version")) Assert.Equal(14, plain.Ended());
        using var sub = GrpcClient.Call($"localhost:{port}", "sub", "--tls", Path.Combine(folder.Path, "ours"));
        sub.Expect(static m => Text(m, "rule") == MarkedFile.Rule, () => shared.Deeds.Do("open", MarkedFile.Path(folder)));
        Assert.Equal(0, sensor.Stop());
    }

    private SensorProcess Start(LiveFolder folder, string grpc, bool json)
    {
        Assert.SkipUnless(GrpcClient.IsInstalled, $"the client is not installed in {GrpcClient.Folder}: ./dev test live does it");
        var config = folder.Write("config.yaml", LiveSensor.Configuration(MarkedFile.WriteRule(folder)).Replace("json_output: true", $"json_output: {(json ? "true" : "false")}", StringComparison.Ordinal) + $"grpc: {{enabled: true, {grpc}}}\ngrpc_output: {{enabled: true}}\nwebserver: {{enabled: false}}\nlog_syslog: false\nsyslog_output: {{enabled: false}}\nfile_output: {{enabled: true, filename: {Path.Combine(folder.Path, "alerts")}}}\n");
        return LogLines.StartAndAwait(config, "gRPC server: ", "Watching ");
    }

    private static string Text(JsonElement message, string key) => message.TryGetProperty(key, out var value) ? value.ToString() : "";

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    /// <summary>A folder with a server's and a client's certificate, and the authority that the other side trusts.</summary>
    private static void Issue(LiveFolder folder, string name, X509Certificate2 authority, X509Certificate2 trusted)
    {
        folder.Write($"{name}/ca.crt", trusted.ExportCertificatePem());
        foreach (var role in (string[])["server", "client"])
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=" + role, key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            request.CertificateExtensions.Add(names.Build());
            using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
            folder.Write($"{name}/{role}.crt", certificate.ExportCertificatePem());
            folder.Write($"{name}/{role}.key", key.ExportPkcs8PrivateKeyPem());
        }
    }
}
