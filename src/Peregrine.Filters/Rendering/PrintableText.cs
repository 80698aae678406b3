using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Peregrine.Filters.Rendering;

/// <summary>Texts from events made fit to be shown: control characters, which a terminal would obey, and what is not UTF-8 become U+FFFD. Conditions see the texts as they are.</summary>
public static class PrintableText
{
    private static readonly SearchValues<byte> Controls = SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7f).Select(b => (byte)b)]);

    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>Whether the text can be shown as it is.</summary>
    public static bool IsClean(ReadOnlySpan<byte> text) => text.IndexOfAny(Controls) < 0 && Utf8.IsValid(text);

    /// <summary>Appends the text to the one that is open in the buffer.</summary>
    public static void Append(ReadOnlySpan<byte> text, ValueBuffer buffer)
    {
        if (IsClean(text))
        {
            buffer.Append(text);
            return;
        }
        while (!text.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(text, out var rune, out var length);
            buffer.Append(status == OperationStatus.Done && !Rune.IsControl(rune) ? text[..length] : Replacement);
            text = text[length..];
        }
    }
}
