using System.Text;
using Peregrine.Rules.Yaml;

namespace Peregrine.Rules;

/// <summary>Arranges whole lines: where items start, and the blank lines around them.</summary>
internal sealed class LineLayout
{
    private readonly string[] _lines;
    private readonly bool[] _kept;

    /// <summary>How far each line moves to the left.</summary>
    private readonly int[] _shift;

    /// <summary>For the first line of an item: the column of its first key.</summary>
    private readonly int[] _keyColumn;

    private LineLayout(byte[] source)
    {
        _lines = Encoding.UTF8.GetString(source).Split('\n');
        _kept = new bool[_lines.Length];
        _shift = new int[_lines.Length];
        _keyColumn = new int[_lines.Length];
    }

    public static string Arrange(byte[] source, IReadOnlyList<YamlNode> documents)
    {
        var layout = new LineLayout(source);
        foreach (var document in documents)
        {
            layout.Keep(document);
            layout.Shift(document);
        }
        return layout.Write();
    }

    /// <summary>The lines inside scalars are not touched, except that they move with their item.</summary>
    private void Keep(YamlNode node)
    {
        if (node.IsScalar && node.End.Line > node.Mark.Line)
        {
            var last = node.End.Column == 0 || node.IsBlock ? node.End.Line - 1 : node.End.Line;
            last = Math.Min(last, _lines.Length - 1);
            var keepsBreaks = node.IsBlock && _lines[node.Mark.Line][Math.Min(node.Mark.Column, _lines[node.Mark.Line].Length)..].Split('#')[0].Contains('+');
            while (!keepsBreaks && last > node.Mark.Line && IsBlank(last)) last--;
            for (var line = node.Mark.Line + 1; line <= last; line++) _kept[line] = true;
        }
        foreach (var item in node.Items) Keep(item);
        foreach (var entry in node.Entries)
        {
            Keep(entry.Key);
            Keep(entry.Value);
        }
    }

    private void Shift(YamlNode document)
    {
        if (!document.IsSequence || document.End.Offset > 0) return;
        var dash = document.Mark.Column;
        for (var i = 0; i < document.Items.Count; i++)
        {
            var item = document.Items[i];
            if (!item.IsMap || item.End.Offset > 0 || !_lines[item.Mark.Line].AsSpan().TrimStart(' ').StartsWith("-")) continue;
            var end = i + 1 < document.Items.Count ? FirstLineOf(document.Items[i + 1].Mark.Line) : _lines.Length;
            _keyColumn[item.Mark.Line] = item.Mark.Column;
            for (var line = item.Mark.Line + 1; line < end; line++) _shift[line] = item.Mark.Column - 2;
            for (var line = FirstLineOf(item.Mark.Line); line < item.Mark.Line; line++) _shift[line] = dash;
        }
    }

    /// <summary>The comments directly above an item belong to it.</summary>
    private int FirstLineOf(int line)
    {
        while (line > 0 && !_kept[line - 1] && _lines[line - 1].AsSpan().TrimStart(' ').StartsWith("#")) line--;
        return line;
    }

    private string Write()
    {
        var output = new StringBuilder();
        var starts = new HashSet<int>();
        for (var line = 0; line < _lines.Length; line++)
            if (_keyColumn[line] > 0) starts.Add(FirstLineOf(line));
        var blanks = 0;
        for (var line = 0; line < _lines.Length; line++)
        {
            if (!_kept[line] && IsBlank(line))
            {
                blanks++;
                continue;
            }
            if (output.Length > 0 && (blanks > 0 || (starts.Contains(line) && !_lines[Math.Max(line - 1, 0)].StartsWith("---", StringComparison.Ordinal)))) output.Append('\n');
            blanks = 0;
            output.Append(Line(line)).Append('\n');
        }
        return output.ToString();
    }

    private string Line(int line)
    {
        var text = _lines[line];
        if (_keyColumn[line] > 0) return "- " + text[_keyColumn[line]..].TrimEnd(' ', '\t');
        var indent = text.Length - text.AsSpan().TrimStart(' ').Length;
        text = _shift[line] >= 0 ? text[Math.Min(indent, _shift[line])..] : new string(' ', -_shift[line]) + text;
        return _kept[line] ? text : text.TrimEnd(' ', '\t');
    }

    private bool IsBlank(int line) => _lines[line].AsSpan().Trim(" \t").IsEmpty;
}
