using System.Globalization;

namespace Peregrine.Filters;

/// <summary>Names of ports as <c>/etc/services</c> lists them. Where a name has different ports by protocol, the first counts.</summary>
public sealed class ServiceTable
{
    private readonly Dictionary<string, ushort> _ports = new(StringComparer.Ordinal);
    private readonly Dictionary<(ushort Port, bool Udp), string> _names = [];

    public static ServiceTable Empty { get; } = new();

    private static readonly Lazy<ServiceTable> Machine = new(static () => Load("/etc/services"));

    /// <summary>The table of this machine, read once when it is first asked for.</summary>
    public static ServiceTable OfMachine => Machine.Value;

    /// <summary>Reads the format of <c>services(5)</c>; lines that do not follow it are skipped.</summary>
    public static ServiceTable Parse(string content)
    {
        var table = new ServiceTable();
        foreach (var line in content.AsSpan().EnumerateLines())
        {
            var comment = line.IndexOf('#');
            var parts = (comment < 0 ? line : line[..comment]).ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 2) continue;
            var slash = parts[1].IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 || !ushort.TryParse(parts[1].AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var port)) continue;
            table._names.TryAdd((port, parts[1].AsSpan(slash + 1).SequenceEqual("udp")), parts[0]);
            table._ports.TryAdd(parts[0], port);
            foreach (var alias in parts.AsSpan(2)) table._ports.TryAdd(alias, port);
        }
        return table;
    }

    /// <summary>Reads the file; an unreadable one gives an empty table.</summary>
    public static ServiceTable Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Empty;
        }
    }

    public bool TryFind(string name, out ushort port) => _ports.TryGetValue(name, out port);

    /// <summary>The name of a port; null when it has none.</summary>
    public string? NameOf(ushort port, bool udp) => _names.GetValueOrDefault((port, udp));
}
