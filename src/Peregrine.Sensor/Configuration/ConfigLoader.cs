namespace Peregrine.Sensor.Configuration;

/// <summary>A configuration as loaded: the merged values, the files they came from in order, and what should be said about them.</summary>
public sealed record LoadedConfig(ConfigNode Root, IReadOnlyList<string> Files, IReadOnlyList<string> Warnings)
{
    /// <summary>The paths whose change changes the configuration: its files, the folders it includes, and what it names and does not find.</summary>
    public IReadOnlyList<string> Watched { get; init; } = [];

    /// <summary>What was read of each file.</summary>
    public IReadOnlyList<byte[]> Contents { get; init; } = [];
}

/// <summary>
/// Loads a configuration: 1 the main file, 2 the files that <c>config_files</c> names, 3 the <c>-o</c> options; then 4 checks its keys.
/// </summary>
/// <param name="environment">Looks up an environment variable.</param>
/// <param name="sources">Remembers the texts, so that an error can show its line.</param>
public sealed class ConfigLoader(Func<string, string?> environment, ConfigSources sources)
{
    /// <summary>Where a configuration is looked for when none is named, in this order.</summary>
    public static IReadOnlyList<string> DefaultFiles { get; } = ["/etc/peregrine/peregrine.yaml", "/etc/falco/falco.yaml"];

    private readonly List<string> _files = [];
    private readonly List<string> _warnings = [];
    private readonly List<string> _watched = [];
    private readonly List<byte[]> _contents = [];

    /// <param name="file">The main file; null to use the first default file that exists, or none.</param>
    /// <param name="options">The <c>-o</c> options in order.</param>
    public LoadedConfig Load(string? file, IReadOnlyList<string> options)
    {
        var isDefault = file is null;
        file ??= DefaultFiles.FirstOrDefault(File.Exists);
        if (file is null) return LoadDefaults(options);
        var root = Read(file);
        Include(root, file, isDefault);
        return Finish(root, options, _watched);
    }

    /// <summary>The built-in defaults with the options, whatever files the machine has.</summary>
    /// <param name="options">The <c>-o</c> options in order.</param>
    public LoadedConfig LoadDefaults(IReadOnlyList<string> options) => Finish(ConfigNode.Mapping(new ConfigPlace("built-in defaults", 0, 0)), options, DefaultFiles);

    private LoadedConfig Finish(ConfigNode root, IReadOnlyList<string> options, IReadOnlyList<string> watched)
    {
        foreach (var option in options) ConfigOverrides.Apply(root, option, environment);
        ConfigCheck.Run(root, _warnings);
        return new LoadedConfig(root, _files, _warnings) { Watched = watched, Contents = _contents };
    }

    private ConfigNode Read(string file)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"cannot read the configuration file {file}: {(e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : e.Message)}");
        }
        using var decoded = new StreamReader(new MemoryStream(bytes));
        var text = decoded.ReadToEnd();
        sources.Remember(file, text);
        _files.Add(file);
        _contents.Add(bytes);
        return ConfigYaml.ReadFile(text, file, environment);
    }

    private void Include(ConfigNode root, string main, bool isDefault)
    {
        var entries = Entries(root, main, isDefault);
        _watched.AddRange([main, .. entries.Select(e => e.Path)]);
        foreach (var (path, strategy, place) in entries)
        {
            foreach (var file in Expand(path))
            {
                if (Path.GetFullPath(file) == Path.GetFullPath(main)) throw new ConfigException($"the configuration file {main} includes itself", place);
                var included = Read(file);
                if (included.Entries.FirstOrDefault(e => e.Key == "config_files") is { Key: not null } nested)
                    throw new ConfigException("an included file cannot include others: 'config_files' belongs into the main file", nested.KeyPlace);
                ConfigMerge.Into(root, included, strategy);
            }
        }
    }

    private static List<(string Path, MergeStrategy Strategy, ConfigPlace Place)> Entries(ConfigNode root, string main, bool isDefault)
    {
        var node = root.Find("config_files");
        if (node is null)
        {
            // Only the installed configuration has a folder that is read without being named.
            var folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(main))!, "config.d");
            return isDefault ? [(folder, MergeStrategy.Append, default)] : [];
        }
        return node.Kind switch
        {
            ConfigNodeKind.Null => [],
            ConfigNodeKind.Scalar => [(node.Text, MergeStrategy.Append, node.Place)],
            ConfigNodeKind.Sequence => [.. node.Items.Select(Entry)],
            _ => throw new ConfigException("'config_files' must be a list of paths", node.Place),
        };
    }

    private static (string, MergeStrategy, ConfigPlace) Entry(ConfigNode item)
    {
        if (item.Kind == ConfigNodeKind.Scalar) return (item.Text, MergeStrategy.Append, item.Place);
        if (item.Kind != ConfigNodeKind.Mapping || item.Find("path") is not { Kind: ConfigNodeKind.Scalar } path)
            throw new ConfigException("an entry of 'config_files' is a path, or a mapping with 'path' and 'strategy'", item.Place);
        var strategy = item.Find("strategy");
        return (path.Text, strategy?.Text switch
        {
            null or "append" => MergeStrategy.Append,
            "override" => MergeStrategy.Override,
            "add-only" => MergeStrategy.AddOnly,
            var other => throw new ConfigException($"'{other}' is no merge strategy; there are append, override and add-only", strategy!.Place),
        }, item.Place);
    }

    /// <summary>The file, or the regular files of the folder by name; nothing when there is neither.</summary>
    private static IEnumerable<string> Expand(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) return [];
        return YamlFiles.In(path);
    }
}
