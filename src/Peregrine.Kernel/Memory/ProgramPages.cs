using System.Globalization;
using Peregrine.Kernel.Interop;

namespace Peregrine.Kernel.Memory;

/// <summary>
/// The pages of the program's own file, and of its libraries, that are in this process's memory: code above all. A start walks through several times the code that a running sensor comes back to.
/// </summary>
public static class ProgramPages
{
    private const int DontNeed = 4;

    /// <summary>
    /// Takes all of them out of the process's memory, not out of the machine's: what is used again comes back from the page cache with the next touch. Only parts that nobody has written to, or may, are
    /// touched, and which stay where they are for as long as the process runs.
    /// </summary>
    public static void GiveBack()
    {
        if (Environment.ProcessPath is not { } program) return;
        try
        {
            foreach (var (start, length) in Parts(File.ReadLines("/proc/self/smaps"), program)) _ = Libc.Advise(start, length, DontNeed);
        }
        catch (IOException)
        {
            // A kernel that does not tell: the memory stays where it is.
        }
    }

    /// <summary>Mapped parts of the program's file and of libraries that cannot be written to and hold no page of the process's own.</summary>
    /// <param name="smaps">Lines of <c>/proc/PID/smaps</c>.</param>
    /// <param name="path">Of the program's file.</param>
    internal static IEnumerable<(nint Start, nuint Length)> Parts(IEnumerable<string> smaps, string path)
    {
        (nint, nuint)? part = null;
        foreach (var line in smaps)
        {
            if (line.Length > 0 && char.IsAsciiHexDigitLower(line[0]) && line.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash)
            {
                // START-END rwxp OFFSET DEVICE INODE PATH
                var end = line.IndexOf(' ', StringComparison.Ordinal);
                var rights = line.AsSpan(end + 1, 4);
                var isWanted = rights[0] == 'r' && rights[1] == '-' && IsCode(line, path);
                var start = nint.Parse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                part = isWanted ? (start, (nuint)(nint.Parse(line.AsSpan(dash + 1, end - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture) - start)) : null;
            }
            else if (part is { } found && line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (line.EndsWith(" 0 kB", StringComparison.Ordinal)) yield return found;
                part = null;
            }
        }
    }

    private static bool IsCode(string line, string path)
    {
        if (line.EndsWith(path, StringComparison.Ordinal) && line[^(path.Length + 1)] == ' ') return true;
        var file = line.AsSpan(line.LastIndexOf('/') + 1);
        return file.Length < line.Length && (file.EndsWith(".so", StringComparison.Ordinal) || file.Contains(".so.", StringComparison.Ordinal)) && !file.EndsWith(" (deleted)", StringComparison.Ordinal);
    }
}
