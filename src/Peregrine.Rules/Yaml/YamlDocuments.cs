using System.Text;

namespace Peregrine.Rules.Yaml;

/// <summary>Reads YAML with places, in bounded memory, without failing in any other way than <see cref="YamlException"/>.</summary>
public static class YamlDocuments
{
    public static IReadOnlyList<YamlNode> Read(string text) => YamlComposer.Read(Encoding.UTF8.GetBytes(text));

    public static IReadOnlyList<YamlNode> Read(ReadOnlySpan<byte> utf8) => YamlComposer.Read(utf8.ToArray());
}
