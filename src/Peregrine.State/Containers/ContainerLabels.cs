using System.Text;

namespace Peregrine.State;

/// <summary>Labels, sorted by name. Immutable.</summary>
public sealed class ContainerLabels
{
    private readonly (byte[] Name, byte[] Value)[] _labels;

    private ContainerLabels((byte[] Name, byte[] Value)[] labels)
    {
        _labels = labels;
        Text = Join(labels);
    }

    public static ContainerLabels None { get; } = new([]);

    public int Count => _labels.Length;

    /// <summary><c>name:value</c> joined by comma and space; without what engines keep there for themselves (<c>io.kubernetes.</c>, <c>annotation.</c>).</summary>
    public byte[] Text { get; }

    public IReadOnlyList<(byte[] Name, byte[] Value)> All => _labels;

    /// <summary>Keeps the labels whose values are not longer than <paramref name="longest"/> bytes.</summary>
    public static ContainerLabels Of(IEnumerable<KeyValuePair<string, string>> labels, int longest = int.MaxValue)
    {
        (byte[] Name, byte[] Value)[] kept = [.. labels.Select(l => (Encoding.UTF8.GetBytes(l.Key), Encoding.UTF8.GetBytes(l.Value))).Where(l => l.Item2.Length <= longest)];
        if (kept.Length == 0) return None;
        Array.Sort(kept, static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return new ContainerLabels(kept);
    }

    /// <summary>The value of a label; null when there is none of that name.</summary>
    public byte[]? Find(ReadOnlySpan<byte> name)
    {
        foreach (var (key, value) in _labels)
            if (name.SequenceEqual(key)) return value;
        return null;
    }

    private static byte[] Join((byte[] Name, byte[] Value)[] labels)
    {
        var text = new MemoryStream();
        foreach (var (name, value) in labels)
        {
            if (name.AsSpan().StartsWith("io.kubernetes."u8) || name.AsSpan().StartsWith("annotation."u8)) continue;
            if (text.Length > 0) text.Write(", "u8);
            text.Write(name);
            if (value.Length == 0) continue;
            text.WriteByte((byte)':');
            text.Write(value);
        }
        return text.ToArray();
    }
}
