using System.Collections.Frozen;
using System.Text;

namespace Peregrine.Filters.Fields;

/// <summary>Service names of ports, as the machine's <c>/etc/services</c> has them; where a port has none, its number stands for it.</summary>
internal static class Services
{
    private static readonly Lazy<FrozenDictionary<int, byte[]>> Names = new(static () => Read("/etc/services"));

    public static bool Set(ref FieldValue value, ushort port)
    {
        if (Names.Value.TryGetValue(port, out var name)) return value.Set(name);
        value.Buffer.Begin();
        value.Buffer.Append(port);
        return value.Set(value.Buffer.End());
    }

    /// <summary>The first name of each port, TCP's before UDP's. A machine without the file, or with one that cannot be read, has no names.</summary>
    private static FrozenDictionary<int, byte[]> Read(string path)
    {
        var names = new Dictionary<int, byte[]>();
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return FrozenDictionary<int, byte[]>.Empty;
        }
        foreach (var line in lines)
        {
            var words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || words[1].Split('/') is not [var number, "tcp" or "udp"] || !ushort.TryParse(number, out var port)) continue;
            names.TryAdd(port, Encoding.UTF8.GetBytes(words[0]));
        }
        return names.ToFrozenDictionary();
    }
}
