namespace Peregrine.Rules.Yaml;

/// <summary>A place in a YAML text: byte offset, line and column, all from 0. Columns count bytes, and only a line feed starts a new line.</summary>
public readonly record struct YamlMark(int Offset, int Line, int Column);
