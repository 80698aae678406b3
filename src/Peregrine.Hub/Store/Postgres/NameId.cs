using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Peregrine.Hub.Store.Postgres;

/// <summary>The number of a name: the first 8 bytes of its SHA-256, so that every hub gives a name the same one without asking.</summary>
internal static class NameId
{
    public static long Of(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    /// <summary>The number of a set of tags, which are sorted.</summary>
    public static long OfTags(IReadOnlyList<string> tags) => Of(string.Join('\n', tags));
}
