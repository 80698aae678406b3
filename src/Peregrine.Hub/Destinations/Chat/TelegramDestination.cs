using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Chat;

/// <summary>Telegram's bots: one message in MarkdownV2, within the service's 4096 characters.</summary>
internal sealed class TelegramDestination : HttpDestination
{
    private const int MaxText = 4096;

    private readonly Uri _address;

    public TelegramDestination(DestinationContext context)
        : base(context)
    {
        // The token stands in the path as it is: its colon belongs there.
        _address = new Uri(context.Address("host").GetLeftPart(UriPartial.Authority) + $"/bot{context.Text("token")}/sendMessage");
    }

    public static DestinationKind Kind { get; } = new()
    {
        Name = "telegram",
        Section = "telegram",
        Title = "Telegram",
        Family = DestinationFamily.Chat,
        EnabledBy = ["token", "chatid"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Secret("token", "The bot's token"),
            Setting.Text("chatid", "The chat's number or @name"),
            Setting.Text("messagethreadid", "Topic of a group"),
            Setting.Text("host", "Address of the service", "https://api.telegram.org"),
        ],
        Create = context => new TelegramDestination(context),
    };

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address)
    {
        Content = JsonBody.Create(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("chat_id", Context.Text("chatid"));
            if (long.TryParse(Context.Text("messagethreadid"), out var thread)) writer.WriteNumber("message_thread_id", thread);
            writer.WriteString("text", Text(batch[0]));
            writer.WriteString("parse_mode", "MarkdownV2");
            writer.WriteBoolean("disable_web_page_preview", true);
            writer.WriteEndObject();
        }),
    };

    // Whole rows are left out at the end, since half an escape would make the service refuse the message.
    private static string Text(Alert alert)
    {
        var text = new StringBuilder($"*\\[{Markdown.EscapeTelegram(alert.Priority.Name())}\\] {Markdown.EscapeTelegram(ShortText.Cut(alert.Rule, 200))}*\n\n{Markdown.EscapeTelegram(ShortText.Cut(alert.Output, 900))}\n");
        foreach (var (title, value) in ShortText.Within(AlertRows.Of(alert), 100_000, mostValue: 200))
        {
            var row = $"\n• *{Markdown.EscapeTelegram(title)}*: {Markdown.EscapeTelegram(value)}";
            if (text.Length + row.Length > MaxText - 2) return text.Append("\n…").ToString();
            text.Append(row);
        }
        return text.ToString();
    }
}
