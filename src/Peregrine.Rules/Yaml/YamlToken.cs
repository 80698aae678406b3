namespace Peregrine.Rules.Yaml;

internal enum YamlTokenKind : byte
{
    Directive,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMapStart,
    BlockSequenceEnd,
    BlockMapEnd,
    BlockEntry,
    FlowSequenceStart,
    FlowMapStart,
    FlowSequenceEnd,
    FlowMapEnd,
    FlowEntry,
    Key,
    Value,
    Anchor,
    Alias,
    Tag,
    Plain,
    Quoted,
    Block,
}

/// <summary>Whether a token stands. A possible key is open until the colon (or its absence) decides.</summary>
internal enum YamlTokenState : byte
{
    Certain,
    Open,
    Dropped,
}

internal sealed class YamlToken(YamlTokenKind kind, YamlMark mark, string text = "")
{
    public YamlTokenKind Kind { get; } = kind;

    public YamlMark Mark { get; } = mark;

    public string Text { get; } = text;

    /// <summary>Behind the token's last byte; for block scalars at the line that ended it.</summary>
    public YamlMark End { get; init; }

    public YamlTokenState State { get; set; }
}
