namespace Peregrine.Rules;

/// <summary>A stretch of bytes and what takes its place.</summary>
internal readonly record struct TextEdit(int Start, int End, string Replacement)
{
    /// <summary>Applies edits that do not overlap.</summary>
    public static byte[] Apply(byte[] text, List<TextEdit> edits)
    {
        edits.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        using var output = new MemoryStream(text.Length);
        var at = 0;
        foreach (var edit in edits)
        {
            output.Write(text, at, edit.Start - at);
            output.Write(System.Text.Encoding.UTF8.GetBytes(edit.Replacement));
            at = edit.End;
        }
        output.Write(text, at, text.Length - at);
        return output.ToArray();
    }
}
