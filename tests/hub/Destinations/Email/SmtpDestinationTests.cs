using System.Globalization;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Email;

/// <summary>Against a server of another make, which parses the mails with a library of another make.</summary>
public sealed class SmtpDestinationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AMailHasATextAndAPage()
    {
        await using var server = await StartAsync();
        var alert = TestAlerts.Typical();
        var result = await TestDestinations.DeliverAsync(Yaml(server, "to: 'a@example.org, B Ä <b@example.org>'"), alert);
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        var mail = (await MailsAsync(server, 1))[0];
        Assert.Equal("falco@example.org", mail.GetProperty("from").GetString());
        Assert.Equal(["a@example.org", "b@example.org"], mail.GetProperty("to").EnumerateArray().Select(t => t.GetString()!));
        Assert.Equal("[Warning] " + alert.Output, Header(mail, "Subject"));
        Assert.Contains("B Ä", Header(mail, "To"), StringComparison.Ordinal);
        Assert.Equal($"<{alert.Id}@example.org>", Header(mail, "Message-ID"));
        var (text, page) = (mail.GetProperty("parts").GetProperty("text/plain").GetString()!, mail.GetProperty("parts").GetProperty("text/html").GetString()!);
        Assert.Contains("proc.pid: 4711", text, StringComparison.Ordinal);
        Assert.Contains("proc.cmdline: sh -c \"echo | cat\"", text, StringComparison.Ordinal);
        Assert.Contains("sh -c &quot;echo | cat&quot;", page, StringComparison.Ordinal);
        Assert.Equal(0, mail.GetProperty("defects").GetArrayLength());
    }

    [Fact]
    public async Task WhatEventsHoldStaysInItsPlace()
    {
        await using var server = await StartAsync();
        await using var destination = TestDestinations.Create(Yaml(server, "to: a@example.org"));
        var hostile = new Alert
        {
            Id = Guid.CreateVersion7(),
            UnixNanoseconds = 1,
            Priority = AlertPriority.Emergency,
            Rule = "R",
            Output = "x\r\nBcc: evil@example.org\r\n\r\n.\r\nMAIL FROM:<x> =?utf-8?Q?=41?= " + string.Concat(Enumerable.Repeat("🐦é", 300)),
            Fields = [new AlertField("a<b>", AlertValue.Of("<script>" + new string('x', 1024 * 1024))), new AlertField("list", AlertValue.Json("[1,2]")), new AlertField("none", AlertValue.Null)],
        };
        foreach (var alert in new[] { hostile, TestAlerts.Of("Next") }) Assert.Equal(DeliveryOutcome.Delivered, (await destination.DeliverAsync([alert], TestContext.Current.CancellationToken)).All.Outcome);
        var mails = await MailsAsync(server, 2);
        Assert.False(mails[0].GetProperty("headers").TryGetProperty("Bcc", out _));
        Assert.StartsWith("[Emergency] x  Bcc: evil@example.org    .  MAIL FROM:<x> =?utf-8?Q?=41?= 🐦é", Header(mails[0], "Subject"), StringComparison.Ordinal);
        Assert.EndsWith("…", Header(mails[0], "Subject"), StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", mails[0].GetProperty("parts").GetProperty("text/html").GetString(), StringComparison.Ordinal);
        Assert.Contains("list: [1,2]", mails[0].GetProperty("parts").GetProperty("text/plain").GetString(), StringComparison.Ordinal);
        Assert.True(mails[0].GetProperty("longest").GetInt32() <= 78);
        // One connection for both.
        Assert.Equal(mails[0].GetProperty("peer").GetInt32(), mails[1].GetProperty("peer").GetInt32());
    }

    [Theory]
    [InlineData("user: falco, password: right", true)]
    [InlineData("user: falco, password: right, authmechanism: login", true)]
    [InlineData("user: falco, password: wrong", false)]
    [InlineData("user: falco, token: right, authmechanism: xoauth2", false)]
    public async Task TlsAndUsers(string settings, bool works)
    {
        var certificates = new TestCertificates(_folder);
        await using var server = await StartAsync(certificates.Server, certificates.ServerKey);
        var yaml = $"tlsclient: {{cacertfile: {certificates.Authority}}}\n" + Yaml(server, "tls: true, to: a@example.org, outputformat: text, " + settings);
        if (!works)
        {
            Assert.Contains("authentication", (await Assert.ThrowsAsync<IOException>(() => TestDestinations.DeliverAsync(yaml, TestAlerts.Of()))).Message, StringComparison.Ordinal);
            return;
        }
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(yaml, TestAlerts.Of())).All.Outcome);
        var mail = (await MailsAsync(server, 1))[0];
        Assert.True(mail.GetProperty("tls").GetBoolean());
        Assert.Equal("text/plain", Assert.Single(mail.GetProperty("parts").EnumerateObject()).Name);
    }

    [Theory]
    [InlineData("to: nobody@example.org", DeliveryOutcome.Rejected)]
    [InlineData("to: 'a@example.org, later@example.org'", DeliveryOutcome.Retry)]
    [InlineData("to: 'nobody@example.org, a@example.org'", DeliveryOutcome.Delivered)]
    public async Task ReceiversMayBeRefused(string settings, DeliveryOutcome expected)
    {
        await using var server = await StartAsync();
        Assert.Equal(expected, (await TestDestinations.DeliverAsync(Yaml(server, settings), TestAlerts.Of())).All.Outcome);
    }

    [Fact]
    public async Task WithoutTlsNothingIsSentThatShouldHaveIt()
    {
        await using var server = await StartAsync();
        var failure = await Assert.ThrowsAsync<IOException>(() => TestDestinations.DeliverAsync(Yaml(server, "to: a@example.org").Replace("tls: false, ", "", StringComparison.Ordinal), TestAlerts.Of()));
        Assert.Contains("STARTTLS", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("ä@example.org")]
    [InlineData(",")]
    public void AddressesMustBeSome(string to) =>
        Assert.StartsWith("smtp.to: ", Assert.Throws<ConfigurationException>(() => TestDestinations.Create($"smtp: {{hostport: 'x:25', from: a@b.c, to: '{to}'}}")).Message, StringComparison.Ordinal);

    private static string Yaml(ServerProcess server, string settings) => $"smtp: {{hostport: '127.0.0.1:{server.Port}', from: Falco <falco@example.org>, {(settings.Contains("tls:", StringComparison.Ordinal) ? "" : "tls: false, ")}{settings}}}";

    private static string Header(JsonElement mail, string name) => mail.GetProperty("headers").GetProperty(name).GetString()!;

    private static async Task<ServerProcess> StartAsync(params string[] files)
    {
        var port = FreePort.Next();
        // Debian's own Python, which has the package.
        return await ServerProcess.StartAsync("/usr/bin/python3", port, [Path.Combine(AppContext.BaseDirectory, "smtp-server.py"), port.ToString(CultureInfo.InvariantCulture), .. files]);
    }

    private static async Task<IReadOnlyList<JsonElement>> MailsAsync(ServerProcess server, int count)
    {
        for (; ; await Task.Delay(20, TestContext.Current.CancellationToken))
        {
            var lines = server.Said.Split('\n').Where(l => l.StartsWith('{')).ToList();
            if (lines.Count >= count) return [.. lines.Select(l => JsonDocument.Parse(l).RootElement)];
        }
    }
}
