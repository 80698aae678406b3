using System.Text;

namespace Peregrine.Kernel;

/// <summary>The names in a kernel's type information (BTF): a list of texts that end with a zero, somewhere in the file. Whether a name occurs is all that is asked, so the format is not taken apart.</summary>
internal sealed class TypeNames
{
    private readonly byte[] _bytes;

    private TypeNames(byte[] bytes) => _bytes = bytes;

    internal static TypeNames Read(string path)
    {
        try
        {
            return new TypeNames(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new TypeNames([]);
        }
    }

    internal bool Has(string name) => _bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\0{name}\0")) >= 0;
}
