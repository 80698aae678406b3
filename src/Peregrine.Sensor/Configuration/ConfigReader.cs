using System.Globalization;

namespace Peregrine.Sensor.Configuration;

/// <summary>Reads typed values out of a loaded configuration; what is not set has the default of <see cref="ConfigKeys"/>. A value of the wrong type is an error with its place.</summary>
internal sealed class ConfigReader(ConfigNode root)
{
    public ConfigNode? Node(string path)
    {
        ConfigNode? node = root;
        foreach (var name in path.Split('.')) node = node?.Find(name);
        return node is { Kind: ConfigNodeKind.Null } ? null : node;
    }

    public bool Flag(string path)
    {
        if (Scalar(path) is not { } node) return Default(path) == "true";
        return ParseFlag(node.Text) ?? throw Wrong(path, node, "true or false");
    }

    public string Text(string path) => Scalar(path)?.Text ?? Default(path) ?? "";

    public long Integer(string path, long min, long max)
    {
        var node = Scalar(path);
        var text = node?.Text ?? Default(path) ?? "0";
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) throw Wrong(path, node!, "a whole number");
        return number >= min && number <= max ? number : throw new ConfigException($"'{path}' must be between {min} and {max}, not {number}", node?.Place ?? default);
    }

    public double Number(string path)
    {
        var node = Scalar(path);
        var text = node?.Text ?? Default(path) ?? "0";
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(path, node!, "a number");
    }

    /// <summary>A time with its unit.</summary>
    public TimeSpan Duration(string path, TimeSpan min, TimeSpan max)
    {
        var node = Scalar(path);
        var time = Quantities.Time(node?.Text ?? Default(path) ?? "") ?? throw Wrong(path, node!, "a time such as 500ms, 30s or 5m");
        return time >= min && time <= max ? time : throw new ConfigException($"'{path}' must be between {Short(min)} and {Short(max)}, not {node?.Text}", node?.Place ?? default);

        static string Short(TimeSpan time) => time.TotalHours >= 1 ? $"{time.TotalHours}h" : time.TotalSeconds >= 1 ? $"{time.TotalSeconds}s" : $"{time.TotalMilliseconds}ms";
    }

    /// <summary>A number of bytes, with its unit or plain.</summary>
    public long Size(string path, long min, long max)
    {
        var node = Scalar(path);
        var size = Quantities.Size(node?.Text ?? Default(path) ?? "") ?? throw Wrong(path, node!, "a size such as 64MiB or 1GiB");
        return size >= min && size <= max ? size : throw new ConfigException($"'{path}' must be between {min >> 20}MiB and {max >> 20}MiB, not {node?.Text}", node?.Place ?? default);
    }

    /// <summary>The elements of a list of texts; a single text counts as a list of one.</summary>
    public List<string> Texts(string path) => Node(path) is { } node ? Texts(path, node) : [];

    public static List<string> Texts(string path, ConfigNode node) => node.Kind switch
    {
        ConfigNodeKind.Scalar => [node.Text],
        ConfigNodeKind.Sequence => [.. node.Items.Where(i => i.Kind != ConfigNodeKind.Null).Select(i => i.Kind == ConfigNodeKind.Scalar ? i.Text : throw Wrong(path + "[]", i, "a text"))],
        ConfigNodeKind.Null => [],
        _ => throw Wrong(path, node, "a list of texts"),
    };

    /// <summary>The booleans of YAML 1.1 as the reference's library reads them; null for anything else.</summary>
    public static bool? ParseFlag(string text) => text switch
    {
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y" => true,
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N" => false,
        _ => null,
    };

    public static ConfigException Wrong(string path, ConfigNode node, string expected) =>
        new(node.Kind == ConfigNodeKind.Scalar && !Secrets.MayHold(path) ? $"'{path}' must be {expected}, not '{node.Text}'" : $"'{path}' must be {expected}", node.Place);

    /// <summary>An error about the value of a key, at its place when it was set.</summary>
    public ConfigException Invalid(string path, string message) => Node(path) is { } node ? new ConfigException(message, node.Place) : new ConfigException(message);

    private ConfigNode? Scalar(string path)
    {
        var node = Node(path);
        return node is null || node.Kind == ConfigNodeKind.Scalar ? node : throw Wrong(path, node, "a single value");
    }

    private static string? Default(string path) => ConfigKeys.Find(path)?.Default;
}
