using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Peregrine.Sensor.Configuration;

/// <summary>Reads YAML into <see cref="ConfigNode"/>s, keeping the place of each. Of a key that is written twice, the first counts.</summary>
internal sealed class ConfigYaml
{
    /// <summary>No configuration is nested this deep; a document that is would only exhaust the stack.</summary>
    private const int MaxDepth = 64;

    private readonly string _source;
    private readonly bool _isOption;
    private readonly Func<string, string?> _environment;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, ConfigNode> _anchors = [];

    private ConfigYaml(string text, string source, bool isOption, Func<string, string?> environment)
    {
        (_source, _isOption, _environment) = (source, isOption, environment);
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The first document of a file; an empty mapping for an empty file.</summary>
    public static ConfigNode ReadFile(string text, string file, Func<string, string?> environment)
    {
        var node = new ConfigYaml(text, file, isOption: false, environment).ReadDocument();
        return node.Kind switch
        {
            ConfigNodeKind.Mapping => node,
            ConfigNodeKind.Null => ConfigNode.Mapping(node.Place),
            _ => throw new ConfigException("a configuration file must be a mapping of keys to values", node.Place),
        };
    }

    /// <summary>A value in flow style, as a command-line option may give it.</summary>
    public static ConfigNode ReadValue(string text, string option, Func<string, string?> environment) =>
        new ConfigYaml(text, option, isOption: true, environment).ReadDocument();

    private ConfigNode ReadDocument()
    {
        try
        {
            _parser.Consume<StreamStart>();
            if (!_parser.TryConsume<DocumentStart>(out _)) return ConfigNode.Null(new ConfigPlace(_source, 1, 1));
            return ReadNode(0);
        }
        catch (YamlException e)
        {
            throw new ConfigException("this is not valid YAML: " + e.Message, Place(e.Start));
        }
        catch (InvalidOperationException)
        {
            // The YAML library's scanner ends so for a flow sequence or mapping that is not closed.
            throw new ConfigException("this is not valid YAML: a '[' or '{' before here is not closed", Place(_parser.Current?.End ?? Mark.Empty));
        }
    }

    private ConfigNode ReadNode(int depth)
    {
        if (depth > MaxDepth) throw new ConfigException($"more than {MaxDepth} levels deep", Place(_parser.Current!.Start));
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return _anchors.TryGetValue(alias.Value, out var known) ? known : throw new ConfigException($"no anchor '{alias.Value}' before this alias", Place(alias.Start));
        if (_parser.TryConsume<Scalar>(out var scalar)) return Remember(scalar, ReadScalar(scalar));
        if (_parser.TryConsume<SequenceStart>(out var sequence)) return ReadSequence(sequence, depth);
        return ReadMapping(_parser.Consume<MappingStart>(), depth);
    }

    private ConfigNode ReadScalar(Scalar scalar)
    {
        var place = Place(scalar.Start);
        if (scalar.Style == ScalarStyle.Plain && scalar.Value is ("" or "~" or "null" or "Null" or "NULL")) return ConfigNode.Null(place);
        return ConfigNode.Scalar(EnvironmentExpansion.Expand(scalar.Value, _environment), place);
    }

    private ConfigNode ReadSequence(SequenceStart start, int depth)
    {
        var node = Remember(start, ConfigNode.Sequence(Place(start.Start)));
        while (!_parser.TryConsume<SequenceEnd>(out _)) node.Items.Add(ReadNode(depth + 1));
        return node;
    }

    private ConfigNode ReadMapping(MappingStart start, int depth)
    {
        var node = Remember(start, ConfigNode.Mapping(Place(start.Start)));
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var at = Place(_parser.Current!.Start);
            if (!_parser.TryConsume<Scalar>(out var key)) throw new ConfigException("a key must be a plain text", at);
            var value = ReadNode(depth + 1);
            if (node.Find(key.Value) is null) node.Set(key.Value, at, value);
        }
        return node;
    }

    private ConfigNode Remember(NodeEvent at, ConfigNode node)
    {
        if (!at.Anchor.IsEmpty) _anchors[at.Anchor] = node;
        return node;
    }

    private ConfigPlace Place(Mark mark) =>
        _isOption ? new ConfigPlace(_source, 0, 0) : new ConfigPlace(_source, (int)mark.Line, (int)mark.Column);
}
