using System.Text;

namespace Peregrine.Hub.Destinations.Email;

/// <summary>Texts in the headers of mail. What comes from events may hold anything: line breaks would begin headers of the sender's choice, so control characters become blanks, and all but plain words is encoded (RFC 2047).</summary>
internal static class MailHeader
{
    // A line with an encoded word may have 76 characters: the header's name, 12 for the word's frame, four of Base64 for three bytes.
    private const int BytesInWord = 39;
    private const int MostPlain = 60;

    public static string Encode(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        if (line.Length <= MostPlain && line.All(c => c is >= ' ' and < (char)127) && !line.Contains("=?", StringComparison.Ordinal)) return line;
        return string.Join("\r\n ", Words(line).Select(w => $"=?utf-8?B?{Convert.ToBase64String(w)}?="));
    }

    private static IEnumerable<byte[]> Words(string line)
    {
        var word = new MemoryStream();
        foreach (var rune in line.EnumerateRunes())
        {
            var utf8 = Encoding.UTF8.GetBytes(rune.ToString());
            if (word.Length + utf8.Length > BytesInWord)
            {
                yield return word.ToArray();
                word.SetLength(0);
            }
            word.Write(utf8);
        }
        yield return word.ToArray();
    }
}
