using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Destinations.Chat;

namespace Peregrine.Hub.Destinations.Email;

/// <summary>An alert as mail: a line as subject, a plain text, and a page beside it where that is wanted. Bodies go as Base64, so no line of theirs is too long or means something to the server.</summary>
internal static class AlertMail
{
    private const int SubjectLength = 200;
    private const int ValueLength = 64 * 1024;
    private const int TextLength = 512 * 1024;

    public static string Of(Alert alert, MailAddress from, IReadOnlyList<MailAddress> to, bool hasPage, DateTimeOffset now)
    {
        var mail = new StringBuilder();
        void Header(string name, string value) => mail.Append(name).Append(": ").Append(value).Append("\r\n");
        Header("From", Address(from));
        Header("To", string.Join(",\r\n ", to.Select(Address)));
        Header("Subject", MailHeader.Encode(ShortText.Cut($"[{alert.Priority.Name()}] {(alert.Output.Length > 0 ? alert.Output : alert.Rule)}", SubjectLength)));
        Header("Date", now.ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture));
        // The same for each try: mail programs show one that came twice once.
        Header("Message-ID", $"<{alert.Id}@{from.Host}>");
        Header("Auto-Submitted", "auto-generated");
        Header("MIME-Version", "1.0");
        if (!hasPage)
        {
            Body(mail, "text/plain", Plain(alert));
            return mail.ToString();
        }
        var boundary = "=_" + Guid.NewGuid().ToString("N");
        Header("Content-Type", $"multipart/alternative;\r\n boundary=\"{boundary}\"");
        foreach (var (type, text) in new[] { ("text/plain", Plain(alert)), ("text/html", Page(alert)) })
        {
            mail.Append("\r\n--").Append(boundary).Append("\r\n");
            Body(mail, type, text);
        }
        return mail.Append("--").Append(boundary).Append("--\r\n").ToString();
    }

    private static string Address(MailAddress address) => address.DisplayName.Length == 0 ? address.Address : $"{Name(address.DisplayName)} <{address.Address}>";

    // A name that needs no encoding is quoted: commas and points mean something between addresses.
    private static string Name(string name) => MailHeader.Encode(name) is var encoded && encoded.StartsWith("=?", StringComparison.Ordinal) ? encoded : $"\"{encoded.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static void Body(StringBuilder mail, string type, string text) => mail
        .Append("Content-Type: ").Append(type).Append("; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n")
        .Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(ShortText.Cut(text, TextLength)), Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");

    private static IEnumerable<(string Title, string Value)> Rows(Alert alert) => ShortText.Within(AlertRows.Of(alert), TextLength / 2, mostValue: ValueLength);

    private static string Plain(Alert alert)
    {
        var text = new StringBuilder(alert.Output).Append("\r\n\r\n");
        foreach (var (title, value) in Rows(alert)) text.Append(title).Append(": ").Append(value).Append("\r\n");
        return text.ToString();
    }

    private static string Page(Alert alert)
    {
        var page = new StringBuilder("<!DOCTYPE html><html><body style=\"font-family:sans-serif\">")
            .Append(CultureInfo.InvariantCulture, $"<p style=\"border-left:6px solid {PriorityColors.Hex(alert.Priority)};padding:6px 10px;font-size:15px\">{WebUtility.HtmlEncode(ShortText.Cut(alert.Output, ValueLength))}</p><table style=\"border-collapse:collapse;font-size:13px\">");
        foreach (var (title, value) in Rows(alert))
            page.Append(CultureInfo.InvariantCulture, $"<tr><th style=\"text-align:left;padding:3px 14px 3px 0;vertical-align:top\">{WebUtility.HtmlEncode(title)}</th><td style=\"padding:3px 0;word-break:break-word\">{WebUtility.HtmlEncode(value)}</td></tr>");
        return page.Append("</table></body></html>").ToString();
    }
}
