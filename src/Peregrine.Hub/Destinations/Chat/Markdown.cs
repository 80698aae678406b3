using System.Text;

namespace Peregrine.Hub.Destinations.Chat;

/// <summary>Puts text into Markdown so that it shows as it is: names that attackers choose must not become links or mentions.</summary>
internal static class Markdown
{
    private const string Special = "\\`*_{}[]()#+-.!|<>~@";

    // Telegram's MarkdownV2 wants these escaped, no more and no less.
    private const string TelegramSpecial = "\\_*[]()~`>#+-=|{}.!";

    public static string Escape(string text) => Escape(text, Special);

    public static string EscapeTelegram(string text) => Escape(text, TelegramSpecial);

    /// <summary>Text between two code fences: what would close them is broken by a blank that cannot be seen.</summary>
    public static string Fence(string text) => "```" + text.Replace("```", "`\u200b``", StringComparison.Ordinal) + "```";

    private static string Escape(string text, string special)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (special.Contains(c, StringComparison.Ordinal)) escaped.Append('\\');
            escaped.Append(c);
        }
        return escaped.ToString();
    }
}
