using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Chat;

public sealed class ChatTests
{
    private static async Task<JsonElement> SendAsync(string yaml, Alert alert, string path = "/hook")
    {
        await using var service = await HttpRecorder.StartAsync();
        var result = await TestDestinations.DeliverAsync(yaml.Replace("HOST", service.Address, StringComparison.Ordinal), alert);
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        var request = Assert.Single(service.Requests);
        Assert.Equal(("POST", path), (request.Method, request.Path));
        Assert.Equal("application/json; charset=utf-8", request.Headers["Content-Type"]);
        using var body = JsonDocument.Parse(request.Body);
        return body.RootElement.Clone();
    }

    private static Alert Large() => TestAlerts.Of("A rule", AlertPriority.Critical, [.. Enumerable.Range(0, 300).Select(i => ($"field.{i:D3}", new string('x', 400)))]);

    [Theory]
    [InlineData(AlertPriority.Emergency, "attention")]
    [InlineData(AlertPriority.Error, "attention")]
    [InlineData(AlertPriority.Warning, "warning")]
    [InlineData(AlertPriority.Debug, "accent")]
    public async Task TeamsGetsAnAdaptiveCard(AlertPriority priority, string color)
    {
        var body = await SendAsync("teams: {webhookurl: 'HOST/hook'}", TestAlerts.Of(priority: priority, fields: ("proc.name", "sh")));
        Assert.Equal("message", body.GetProperty("type").GetString());
        var card = body.GetProperty("attachments")[0];
        Assert.Equal("application/vnd.microsoft.card.adaptive", card.GetProperty("contentType").GetString());
        var parts = card.GetProperty("content").GetProperty("body");
        Assert.Equal(color, parts[0].GetProperty("color").GetString());
        Assert.Equal("A rule happened", parts[1].GetProperty("text").GetString());
        Assert.Contains(parts[2].GetProperty("facts").EnumerateArray(), f => f.GetProperty("title").GetString() == "proc.name" && f.GetProperty("value").GetString() == "sh");
    }

    [Fact]
    public async Task TeamsStillSendsTheFormOfConnectors()
    {
        var body = await SendAsync("teams: {webhookurl: 'HOST/hook', cardformat: message, outputformat: facts}", TestAlerts.Of());
        Assert.Equal("MessageCard", body.GetProperty("@type").GetString());
        Assert.Equal("ffc700", body.GetProperty("themeColor").GetString());
        Assert.False(body.GetProperty("sections")[0].TryGetProperty("text", out _));
    }

    [Fact]
    public async Task DiscordKeepsItsLimits()
    {
        var embed = (await SendAsync("discord: {webhookurl: 'HOST/hook'}", Large())).GetProperty("embeds")[0];
        Assert.Equal(0xff5400, embed.GetProperty("color").GetInt32());
        var fields = embed.GetProperty("fields").EnumerateArray().ToList();
        Assert.InRange(fields.Count, 2, 25);
        Assert.Contains("more", fields[^1].GetProperty("value").GetString(), StringComparison.Ordinal);
        Assert.True(embed.GetRawText().Length < 6000);
    }

    [Fact]
    public async Task TelegramEscapesAndKeepsItsLimit()
    {
        var body = await SendAsync("telegram: {token: '1:a', chatid: '-5', host: 'HOST', messagethreadid: '7'}", TestAlerts.Of("rule_1 (x)"), "/bot1:a/sendMessage");
        Assert.Contains("rule\\_1 \\(x\\)", body.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(("-5", 7, "MarkdownV2"), (body.GetProperty("chat_id").GetString(), body.GetProperty("message_thread_id").GetInt32(), body.GetProperty("parse_mode").GetString()));
        Assert.True((await SendAsync("telegram: {token: '1:a', chatid: '-5', host: 'HOST'}", Large(), "/bot1:a/sendMessage")).GetProperty("text").GetString()!.Length <= 4096);
    }

    [Fact]
    public async Task GoogleChatGetsACardOfToday()
    {
        var body = await SendAsync("googlechat: {webhookurl: 'HOST/hook', messageformat: '{{ .Rule }}!'}", TestAlerts.Of(fields: ("fd.name", "<a>")));
        Assert.Equal("A rule!", body.GetProperty("text").GetString());
        Assert.Contains("&lt;a&gt;", body.GetProperty("cardsV2")[0].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebexCliqMattermostAndRocketchatGetTheirForms()
    {
        Assert.StartsWith("**Warning: A rule**", (await SendAsync("webex: {webhookurl: 'HOST/hook'}", TestAlerts.Of())).GetProperty("markdown").GetString(), StringComparison.Ordinal);
        var cliq = await SendAsync("cliq: {webhookurl: 'HOST/hook', useemoji: true}", TestAlerts.Of());
        Assert.Equal("\U0001F7E0 A rule", cliq.GetProperty("text").GetString());
        Assert.Equal(["text", "table"], cliq.GetProperty("slides").EnumerateArray().Select(s => s.GetProperty("type").GetString()!));
        Assert.Equal("https://x/y.png", (await SendAsync("mattermost: {webhookurl: 'HOST/hook', icon: 'https://x/y.png'}", TestAlerts.Of())).GetProperty("icon_url").GetString());
        Assert.False((await SendAsync("rocketchat: {webhookurl: 'HOST/hook', outputformat: text}", TestAlerts.Of())).TryGetProperty("attachments", out _));
    }

    [Fact]
    public async Task ATemplateThatFailsForAnAlertIsNoReasonToTryAgain()
    {
        await using var service = await HttpRecorder.StartAsync();
        await Assert.ThrowsAsync<Peregrine.Hub.Templates.TemplateException>(() => TestDestinations.DeliverAsync($"slack: {{webhookurl: '{service.Address}/hook', messageformat: '{{{{ index .Tags 9 }}}}'}}", TestAlerts.Of()));
        Assert.Empty(service.Requests);
    }
}
