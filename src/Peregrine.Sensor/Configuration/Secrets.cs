using System.Text.RegularExpressions;

namespace Peregrine.Sensor.Configuration;

/// <summary>Keeps credentials out of what is printed.</summary>
internal static partial class Secrets
{
    public static string Hide(string line) => Credentials().Replace(line, "$1***$2");

    [GeneratedRegex(@"(://)[^/\s@]+(@)|(?<=(?:token|password|secret|passwd)\w*\s*[:=]\s*)\S+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Credentials();
}
