using System.Text;

namespace Peregrine.Filters;

/// <summary>An operator between a value's bytes and one constant.</summary>
internal abstract class BytesTest(CheckOperator op, byte[] constant) : ValueTest
{
    public byte[] Constant => constant;

    public override void AppendKey(StringBuilder key)
    {
        key.Append(op).Append(' ');
        AppendConstant(key, constant);
    }
}

internal sealed class BytesEqualTest(byte[] constant) : BytesTest(CheckOperator.Equal, constant)
{
    public override bool Holds(ref FieldValue value) => value.Bytes.SequenceEqual(Constant);
}

internal sealed class BytesNotEqualTest(byte[] constant) : BytesTest(CheckOperator.NotEqual, constant)
{
    public override bool Holds(ref FieldValue value) => !value.Bytes.SequenceEqual(Constant);
}

internal sealed class BytesContainTest(byte[] constant) : BytesTest(CheckOperator.Contains, constant)
{
    public override bool Holds(ref FieldValue value) => value.Bytes.IndexOf(Constant) >= 0;
}

internal sealed class BytesStartTest(byte[] constant) : BytesTest(CheckOperator.StartsWith, constant)
{
    public override bool Holds(ref FieldValue value) => value.Bytes.StartsWith(Constant);
}

internal sealed class BytesEndTest(byte[] constant) : BytesTest(CheckOperator.EndsWith, constant)
{
    public override bool Holds(ref FieldValue value) => value.Bytes.EndsWith(Constant);
}

/// <summary><c>icontains</c>: letters of ASCII without regard to case.</summary>
internal sealed class TextIContainTest(byte[] constant) : BytesTest(CheckOperator.IContains, constant)
{
    // Both cases of the first byte, to skip ahead with.
    private readonly byte _lower = constant.Length > 0 ? Fold(constant[0]) : (byte)0;
    private readonly byte _upper = constant.Length > 0 ? Raise(Fold(constant[0])) : (byte)0;

    public override bool Holds(ref FieldValue value)
    {
        var constant = Constant;
        if (constant.Length == 0) return true;
        var text = value.Bytes;
        while (text.Length >= constant.Length)
        {
            var start = text[..(text.Length - constant.Length + 1)].IndexOfAny(_lower, _upper);
            if (start < 0) return false;
            if (Ascii.EqualsIgnoreCase(text.Slice(start, constant.Length), constant) || SlowEquals(text.Slice(start, constant.Length), constant)) return true;
            text = text[(start + 1)..];
        }
        return false;
    }

    /// <summary>For texts beyond ASCII, whose other bytes must be the same.</summary>
    private static bool SlowEquals(ReadOnlySpan<byte> text, ReadOnlySpan<byte> constant)
    {
        for (var i = 0; i < constant.Length; i++)
            if (Fold(text[i]) != Fold(constant[i])) return false;
        return true;
    }

    private static byte Fold(byte c) => (uint)(c - 'A') <= 'Z' - 'A' ? (byte)(c | 0x20) : c;

    private static byte Raise(byte c) => (uint)(c - 'a') <= 'z' - 'a' ? (byte)(c & ~0x20) : c;
}

/// <summary>The order of texts, byte by byte.</summary>
internal sealed class TextOrderTest(CheckOperator op, byte[] constant) : BytesTest(op, constant)
{
    private readonly CheckOperator _op = op;

    public override bool Holds(ref FieldValue value) => Ordering.Holds(_op, value.Bytes.SequenceCompareTo(Constant));
}

internal sealed class TextGlobTest(string text, bool ignoreCase) : ValueTest
{
    private static readonly char[] Signs = ['*', '?', '[', '\\'];
    private readonly GlobPattern _pattern = new(Encoding.UTF8.GetBytes(text), ignoreCase);

    /// <summary>What every text that matches begins with.</summary>
    public byte[] LiteralStart => ignoreCase ? [] : Encoding.UTF8.GetBytes(text.IndexOfAny(Signs) is var end && end >= 0 ? text[..end] : text);

    public override bool Holds(ref FieldValue value) => _pattern.Matches(value.Bytes);

    public override void AppendKey(StringBuilder key)
    {
        key.Append(ignoreCase ? "iglob " : "glob ");
        ConditionText.AppendQuoted(key, text);
    }
}

internal sealed class TextRegexTest(string text) : ValueTest
{
    private readonly PosixRegex _regex = PosixRegex.Compile(text);

    public override bool Holds(ref FieldValue value) => _regex.Matches(value.Bytes);

    public override void AppendKey(StringBuilder key)
    {
        key.Append("regex ");
        ConditionText.AppendQuoted(key, text);
    }
}

internal sealed class PathMatchTest(IReadOnlyList<byte[]> paths) : ValueTest
{
    private readonly PathTrie _trie = new(paths);

    public override bool Holds(ref FieldValue value) => _trie.Matches(value.Bytes);

    public override void AppendKey(StringBuilder key)
    {
        key.Append("pmatch");
        foreach (var path in paths)
        {
            key.Append(' ');
            AppendConstant(key, path);
        }
    }
}

/// <summary><c>in</c> on texts and buffers.</summary>
internal sealed class BytesInTest(IReadOnlyList<byte[]> constants) : ValueTest
{
    private readonly ByteSet _set = new(constants);

    public IReadOnlyList<byte[]> Constants => constants;

    public override bool Holds(ref FieldValue value) => _set.Contains(value.Bytes);

    public override void AppendKey(StringBuilder key)
    {
        key.Append("in");
        foreach (var constant in constants)
        {
            key.Append(' ');
            AppendConstant(key, constant);
        }
    }
}
