using System.Text;
using Peregrine.Rules.Yaml;

namespace Peregrine.Hub.Configuration;

/// <summary>Where values come from: the file's text as nodes with places, and the environment. Expands <c>${NAME}</c> and <c>${file:PATH}</c> where a value is taken, so that secrets need not stand in the file.</summary>
internal sealed class ConfigSource
{
    // A secret's file is short; one that is not is the wrong file.
    private const int MaxSecretFile = 64 * 1024;

    private readonly Func<string, string?> _environment;

    /// <param name="file">The file's name for messages.</param>
    /// <param name="root">Its first document; null for an empty one.</param>
    /// <param name="environment">Gives the value of an environment variable.</param>
    public ConfigSource(string file, YamlNode? root, Func<string, string?> environment) => (File, Root, _environment) = (file, root, environment);

    public string File { get; }

    public YamlNode? Root { get; }

    /// <exception cref="ConfigurationException">The file cannot be read, or is no YAML mapping.</exception>
    public static ConfigSource Read(string path, Func<string, string?> environment)
    {
        try
        {
            var documents = YamlDocuments.Read(System.IO.File.ReadAllBytes(path));
            var root = documents.Count == 0 || documents[0].IsNull ? null : documents[0];
            if (root is { IsMap: false }) throw new ConfigurationException($"{path}: a configuration file must be a mapping of keys to values");
            return new ConfigSource(path, root, environment);
        }
        catch (YamlException e)
        {
            throw new ConfigurationException($"{path}:{e.Mark.Line + 1}:{e.Mark.Column + 1}: this is not valid YAML: {e.Problem}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the configuration file {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The node at a path of keys with dots, which match in any case; null when the file has none.</summary>
    public YamlNode? Section(string path)
    {
        var node = Root;
        foreach (var part in path.Split('.'))
            node = node?.Entries.FirstOrDefault(e => e.Key.Text.Equals(part, StringComparison.OrdinalIgnoreCase)).Value;
        return node;
    }

    public string? Variable(string name) => _environment(name);

    /// <summary>The variable's value, or the text of the file that <c>NAME_FILE</c> names, as containers are given secrets.</summary>
    public string? VariableOrFile(string name) => _environment(name) is { Length: > 0 } value ? value : _environment(name + "_FILE") is { Length: > 0 } path ? ReadSecret(path, name + "_FILE") : null;

    /// <summary>A scalar's text with what it refers to.</summary>
    public string Expand(YamlNode node)
    {
        var text = node.Text;
        if (!text.Contains("${", StringComparison.Ordinal)) return text;
        var expanded = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var escaped = text.AsSpan(at).StartsWith("$${");
            var end = escaped || text.AsSpan(at).StartsWith("${") ? text.IndexOf('}', at) : -1;
            if (end < 0)
            {
                expanded.Append(text[at++]);
                continue;
            }
            if (escaped) expanded.Append(text, at + 1, end - at);
            else expanded.Append(Resolve(text[(at + 2)..end].Trim(), node));
            at = end + 1;
        }
        return expanded.ToString();
    }

    /// <summary>An error at a node.</summary>
    public ConfigurationException Error(YamlNode node, string message) => new($"{Place(node)}: {message}");

    public string Place(YamlNode node) => $"{File}:{node.Mark.Line + 1}:{node.Mark.Column + 1}";

    private string Resolve(string name, YamlNode node) => name.StartsWith("file:", StringComparison.Ordinal) ? ReadSecret(name["file:".Length..], Place(node)) : _environment(name) ?? "";

    private static string ReadSecret(string path, string place)
    {
        try
        {
            using var stream = System.IO.File.OpenRead(path);
            if (stream.Length > MaxSecretFile) throw new ConfigurationException($"{place}: {path} is too large for a secret");
            using var reader = new StreamReader(stream);
            // Editors end a file with a line break that belongs to no secret.
            return reader.ReadToEnd().TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException($"{place}: {path} cannot be read: {e.Message}", e);
        }
    }
}
