namespace Peregrine.Rules.Yaml;

internal enum YamlFolding : byte
{
    /// <summary>Literal block: line breaks stay.</summary>
    Keep,
    /// <summary>Folded block.</summary>
    Block,
    /// <summary>Plain and quoted scalars.</summary>
    Flow,
}

internal enum YamlChomping : byte
{
    Strip,
    Clip,
    Keep,
}

internal enum YamlScalarEnd : byte
{
    /// <summary>A block scalar ends by its indentation only.</summary>
    Indentation,
    Plain,
    PlainInFlow,
    SingleQuote,
    DoubleQuote,
}

/// <summary>How a scalar is read.</summary>
internal struct YamlScalarStyle
{
    public YamlScalarEnd End;
    public YamlFolding Folding;
    public YamlChomping Chomping;
    public int Indent;
    public bool DetectIndent;
    public bool EatLeadingBlanks;
    public bool TrimTrailingBlanks;
    public bool RefuseTabIndent;
    /// <summary>A document marker inside is an error (quoted) instead of the end (plain); blocks ignore it.</summary>
    public bool RefuseDocumentMarker;
    public bool EndAtDocumentMarker;

    public readonly bool IsQuoted => End is YamlScalarEnd.SingleQuote or YamlScalarEnd.DoubleQuote;
}
