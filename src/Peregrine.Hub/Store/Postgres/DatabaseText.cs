using System.Text;

namespace Peregrine.Hub.Store.Postgres;

/// <summary>Text as the database takes it: without zero characters, and well-formed; U+FFFD stands for what cannot be kept. The alert's JSON is kept byte for byte beside it.</summary>
internal static class DatabaseText
{
    public static string Of(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal)) text = text.Replace('\0', '\uFFFD');
        foreach (var sign in text)
            if (char.IsSurrogate(sign)) return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return text;
    }
}
