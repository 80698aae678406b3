namespace Peregrine.Filters;

/// <summary>A part of an output format: literal text, or a field.</summary>
public sealed class OutputToken
{
    internal OutputToken(byte[] text)
    {
        Literal = text;
        Key = "";
    }

    internal OutputToken(ValueSource source, string key, int width)
    {
        Source = source;
        Key = key;
        Width = width;
        Literal = [];
    }

    /// <summary>The text, for literal parts; empty for fields.</summary>
    public byte[] Literal { get; }

    /// <summary>The canonical text of the field, which is its key in JSON; empty for literal parts.</summary>
    public string Key { get; }

    /// <summary>How many bytes the text is cut or padded to; 0 when it is taken as it is.</summary>
    public int Width { get; }

    public bool IsField => Source is not null;

    internal ValueSource? Source { get; }
}
