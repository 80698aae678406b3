using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Peregrine.Outputs;
using Xunit;

namespace Peregrine.UnitTests.Outputs;

public sealed class HttpTests
{
    [Fact]
    public void An_alert_is_posted_with_its_content_type()
    {
        using var server = new OneShotServer(HttpStatusCode.OK);
        Deliver(new HttpOutputOptions { Url = server.Url, Json = true, UserAgent = "tests/1.0 (odd;agent" }, "{\"rule\":\"x\"}");
        Assert.Equal("{\"rule\":\"x\"}", server.Body);
        Assert.StartsWith("POST /alerts HTTP/1.1", server.Head, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", server.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("User-Agent: tests/1.0 (odd;agent", server.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Connection: close", server.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Text_is_posted_as_text_and_connections_are_kept_when_asked()
    {
        using var server = new OneShotServer(HttpStatusCode.NoContent);
        Deliver(new HttpOutputOptions { Url = server.Url, KeepAlive = true }, "text");
        Assert.Contains("Content-Type: text/plain", server.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Connection: close", server.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Bodies_are_gzipped_when_asked()
    {
        using var server = new OneShotServer(HttpStatusCode.OK);
        Deliver(new HttpOutputOptions { Url = server.Url, CompressUploads = true }, "text text text");
        Assert.Contains("Content-Encoding: gzip", server.Head, StringComparison.OrdinalIgnoreCase);
        using var unpacked = new GZipStream(new MemoryStream(server.RawBody), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        Assert.Equal("text text text", reader.ReadToEnd());
    }

    [Fact]
    public void Answers_are_printed_when_asked()
    {
        using var server = new OneShotServer(HttpStatusCode.OK, "thank you");
        using var echo = new MemoryStream();
        using var output = new HttpOutput(new HttpOutputOptions { Url = server.Url, Echo = true }, echo);
        Deliver(output, "x");
        Assert.Equal("thank you\n", Encoding.UTF8.GetString(echo.ToArray()));
    }

    [Fact]
    public void Credentials_in_the_url_are_sent_as_such_and_never_shown()
    {
        using var server = new OneShotServer(HttpStatusCode.InternalServerError);
        var url = new UriBuilder(server.Url) { UserName = "me", Password = "s%40crxt", Query = "token=hidden" }.Uri;
        var error = Assert.Throws<DeliveryException>(() => Deliver(new HttpOutputOptions { Url = url }, "x"));
        Assert.Contains("Authorization: Basic " + Convert.ToBase64String("me:s@crxt"u8), server.Head, StringComparison.Ordinal);
        Assert.Contains("token=hidden", server.Head, StringComparison.Ordinal);
        foreach (var secret in (string[])["crxt", "hidden", "me:", "/alerts"]) Assert.DoesNotContain(secret, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, DeliveryFailure.Rejected)]
    [InlineData(HttpStatusCode.NotFound, DeliveryFailure.Rejected)]
    [InlineData(HttpStatusCode.Found, DeliveryFailure.Rejected)]
    [InlineData(HttpStatusCode.TooManyRequests, DeliveryFailure.Unreachable)]
    [InlineData(HttpStatusCode.BadGateway, DeliveryFailure.Unreachable)]
    [InlineData(HttpStatusCode.ServiceUnavailable, DeliveryFailure.Unreachable)]
    [InlineData(HttpStatusCode.InternalServerError, DeliveryFailure.Failed)]
    public void Another_answer_than_success_is_a_failure_of_its_kind(HttpStatusCode status, DeliveryFailure failure)
    {
        using var server = new OneShotServer(status);
        var error = Assert.Throws<DeliveryException>(() => Deliver(new HttpOutputOptions { Url = server.Url }, "x"));
        Assert.Equal(failure, error.Failure);
        Assert.Contains($"answered {(int)status}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_not_there_is_unreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var error = Assert.Throws<DeliveryException>(() => Deliver(new HttpOutputOptions { Url = new Uri($"http://127.0.0.1:{port}/") }, "x"));
        Assert.Equal(DeliveryFailure.Unreachable, error.Failure);
    }

    [Fact]
    public void A_server_that_takes_an_alert_and_never_answers_has_a_time_limit()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new HttpOutputOptions { Url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), Timeout = TimeSpan.FromMilliseconds(300) };
        Assert.Equal(DeliveryFailure.TimedOut, Assert.Throws<DeliveryException>(() => Deliver(options, "x")).Failure);
    }

    [Fact]
    public void A_certificate_that_is_missing_is_named()
    {
        var options = new HttpOutputOptions { Url = new Uri("https://localhost:1/"), Tls = new TlsOptions { CaCert = "/nowhere/ca.crt" } };
        var error = Assert.ThrowsAny<IOException>(() => new HttpOutput(options, Stream.Null));
        Assert.Equal("cannot use /nowhere/ca.crt: no such file", error.Message);
    }

    private static void Deliver(HttpOutputOptions options, string text)
    {
        using var output = new HttpOutput(options, Stream.Null);
        Deliver(output, text);
    }

    private static void Deliver(HttpOutput output, string text)
    {
        var report = default(DeliveryReport);
        output.Deliver([Alerts.Text(text)], ref report);
        Assert.Equal(1, report.Delivered);
    }
}
