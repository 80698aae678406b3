using System.Net;
using System.Net.Sockets;
using Peregrine.Kernel.Files;

namespace Peregrine.Sensor.Names;

/// <summary>The names that the administrator gave addresses to: <c>/etc/hosts</c>, read again when it changed. Lines that are none are passed over, as everybody does.</summary>
public sealed class HostsFile(string path = "/etc/hosts") : IHostAddresses
{
    private readonly Lock _gate = new();
    private Dictionary<string, List<byte[]>> _names = [];
    private FileIdentity? _read;

    public Task<IReadOnlyList<byte[]>> Find(string name, CancellationToken cancelled)
    {
        lock (_gate)
        {
            var now = FileIdentity.Of(path);
            if (now != _read) (_names, _read) = (Read(), now);
            return Task.FromResult<IReadOnlyList<byte[]>>(_names.TryGetValue(name.TrimEnd('.'), out var addresses) ? addresses : []);
        }
    }

    private Dictionary<string, List<byte[]>> Read()
    {
        var names = new Dictionary<string, List<byte[]>>(StringComparer.OrdinalIgnoreCase);
        try
        {
            foreach (var line in File.ReadLines(path)) Take(line, names);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // A machine without one has no such names.
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
        return names;
    }

    private static void Take(string line, Dictionary<string, List<byte[]>> names)
    {
        var words = line.Split('#')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || !IPAddress.TryParse(words[0], out var address)) return;
        // "127.1" is an address for the parser, but not one that this file may hold.
        if (address.AddressFamily == AddressFamily.InterNetwork && words[0].Count(c => c == '.') != 3) return;
        foreach (var name in words.AsSpan(1))
        {
            if (!names.TryGetValue(name, out var addresses)) names[name] = addresses = [];
            addresses.Add(address.GetAddressBytes());
        }
    }
}
