namespace Peregrine.Rules.Yaml;

/// <summary>Reads a node as text where the format says nothing about other kinds.</summary>
internal static class YamlValue
{
    /// <exception cref="YamlConversionException">The node is a sequence or a map.</exception>
    public static string Text(YamlNode node) => node.Kind switch
    {
        YamlKind.Scalar => node.Text,
        YamlKind.Null => "null",
        _ => throw new YamlConversionException($"yaml-cpp: error at line {node.Mark.Line + 1}, column {node.Mark.Column + 1}: bad conversion"),
    };
}
