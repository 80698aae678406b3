using System.Buffers;

namespace Peregrine.State;

/// <summary>The forms of ids that engines give out.</summary>
internal static class ContainerIds
{
    /// <summary>What people see of a hash.</summary>
    public const int ShortLength = 12;

    private const int HashLength = 64;
    private const int UuidLength = 36;

    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdef"u8);
    private static readonly SearchValues<byte> HexAndDashes = SearchValues.Create("0123456789abcdefABCDEF-_"u8);

    /// <summary>64 hexadecimal digits: Docker, podman, containerd's CRI, CRI-O.</summary>
    public static bool IsHash(ReadOnlySpan<byte> text) => text.Length == HashLength && !text.ContainsAnyExcept(Hex);

    /// <summary>A pod's uid, as such or with <c>_</c> for <c>-</c> (systemd's slices); static pods have 32 digits.</summary>
    public static bool IsPodUid(ReadOnlySpan<byte> text) => text.Length is UuidLength or 32 && !text.ContainsAnyExcept(HexAndDashes);

    public static bool IsUuid(ReadOnlySpan<byte> text) => text.Length == UuidLength && text[8] == '-' && !text.ContainsAnyExcept(HexAndDashes);

    /// <summary>A unit of systemd: what lives in it was started by systemd, not by an engine.</summary>
    public static bool IsUnit(ReadOnlySpan<byte> part) => part.EndsWith(".service"u8) || part.EndsWith(".slice"u8) || part.EndsWith(".scope"u8);

    public static byte[] PodUid(ReadOnlySpan<byte> text)
    {
        var uid = text.ToArray();
        uid.AsSpan().Replace((byte)'_', (byte)'-');
        return uid;
    }

    /// <summary>What is between a prefix and a suffix, either of which may be empty.</summary>
    public static bool TryBetween(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> suffix, out ReadOnlySpan<byte> inner)
    {
        inner = default;
        if (text.Length <= prefix.Length + suffix.Length || !text.StartsWith(prefix) || !text.EndsWith(suffix)) return false;
        inner = text[prefix.Length..^suffix.Length];
        return true;
    }

    /// <summary><c>prefix + 64 digits</c>, alone or as a systemd scope.</summary>
    public static bool TryHash(ReadOnlySpan<byte> part, ReadOnlySpan<byte> prefix, out ReadOnlySpan<byte> id) =>
        (TryBetween(part, prefix, ".scope"u8, out id) && IsHash(id)) || (TryBetween(part, prefix, default, out id) && IsHash(id));
}
