namespace Peregrine.Rules.Yaml;

/// <summary>The bytes of the scalar being read; one buffer serves all scalars of a text.</summary>
internal sealed class YamlText
{
    private byte[] _bytes = new byte[1024];

    /// <summary>Can be lowered to cut the end off.</summary>
    public int Length { get; set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public void Append(byte c)
    {
        if (Length == _bytes.Length) Array.Resize(ref _bytes, Length * 2);
        _bytes[Length++] = c;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (var c in bytes) Append(c);
    }
}
