using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Peregrine.Filters;

/// <summary>Texts from events in JSON, which must be UTF-8 while a file's name need not be.</summary>
internal static class JsonText
{
    /// <summary>Writes a string value; each byte that is not UTF-8 becomes U+FFFD.</summary>
    public static void Write(ReadOnlySpan<byte> text, Utf8JsonWriter writer)
    {
        if (Utf8.IsValid(text))
        {
            writer.WriteStringValue(text);
            return;
        }
        var chars = ArrayPool<char>.Shared.Rent(text.Length);
        var count = Encoding.UTF8.GetChars(text, chars);
        writer.WriteStringValue(chars.AsSpan(0, count));
        ArrayPool<char>.Shared.Return(chars);
    }
}
