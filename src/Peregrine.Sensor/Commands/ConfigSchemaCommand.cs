using System.Text;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Commands;

/// <summary><c>--config-schema</c>: the configuration's keys as a JSON schema; with <c>--markdown</c> as a page for people.</summary>
internal static class ConfigSchemaCommand
{
    public static int Run(SensorConsole console, string? format)
    {
        if (format == "markdown")
        {
            console.Print(ConfigurationPage.Write());
            return 0;
        }
        var root = new Branch();
        foreach (var key in ConfigKeys.All) root.Add(key.Path.Replace("[]", ".[]", StringComparison.Ordinal).Split('.'), key);
        var text = new StringBuilder("{\"$schema\":\"http://json-schema.org/draft-06/schema#\",");
        root.Write(text);
        console.Print(text.Append("}\n").ToString());
        return 0;
    }

    private sealed class Branch
    {
        private readonly SortedDictionary<string, Branch> _children = new(StringComparer.Ordinal);
        private ConfigKey? _key;

        public void Add(ReadOnlySpan<string> path, ConfigKey key)
        {
            if (path.IsEmpty)
            {
                _key = key;
                return;
            }
            if (!_children.TryGetValue(path[0], out var child)) _children[path[0]] = child = new Branch();
            child.Add(path[1..], key);
        }

        /// <summary>The members of the schema object, without its braces.</summary>
        public void Write(StringBuilder text)
        {
            if (_key is { Help: var help }) text.Append("\"description\":").Append(JsonText.Of(help)).Append(HasType ? "," : "");
            if (_children.TryGetValue("[]", out var items))
            {
                text.Append("\"type\":\"array\",\"items\":{");
                items.Write(text);
                text.Append('}');
            }
            else if (_children.Count > 0)
            {
                text.Append("\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
                var first = true;
                foreach (var (name, child) in _children)
                {
                    text.Append(first ? "" : ",").Append(JsonText.Of(name)).Append(":{");
                    child.Write(text);
                    text.Append('}');
                    first = false;
                }
                text.Append('}');
            }
            else if (TypeName is { } type)
            {
                text.Append("\"type\":\"").Append(type).Append('"');
                if (_key!.Values.Count > 0) text.Append(",\"enum\":[").AppendJoin(',', _key.Values.Select(JsonText.Of)).Append(']');
                if (_key.Default is { } value) text.Append(",\"default\":").Append(type == "string" ? JsonText.Of(value) : value);
            }
        }

        /// <summary>Whether anything follows the description.</summary>
        private bool HasType => _children.Count > 0 || TypeName is not null;

        private string? TypeName => _key?.Path == "static_fields" ? "object" : _key?.Type switch
        {
            ConfigType.Boolean => "boolean",
            ConfigType.Integer => "integer",
            ConfigType.Number => "number",
            ConfigType.Text => "string",
            ConfigType.Sequence => "array",
            _ => null,
        };
    }
}
