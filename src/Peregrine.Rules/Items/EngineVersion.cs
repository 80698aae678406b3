using System.Globalization;

namespace Peregrine.Rules;

/// <summary>A version <c>major.minor.patch</c>, of the engine or of a plugin.</summary>
public readonly record struct EngineVersion(uint Major, uint Minor, uint Patch) : IComparable<EngineVersion>
{
    /// <summary>The version of the rules engine that this implementation answers to.</summary>
    public static EngineVersion Current { get; } = new(0, 62, 0);

    /// <summary>Reads three numbers joined by dots; what follows them is ignored.</summary>
    public static bool TryParse(string text, out EngineVersion version)
    {
        version = default;
        var rest = text.AsSpan();
        Span<uint> parts = stackalloc uint[3];
        for (var i = 0; i < 3; i++)
        {
            rest = rest.TrimStart(" \t\n\v\f\r");
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits < 0) digits = rest.Length;
            if (!uint.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out parts[i])) return false;
            rest = rest[digits..];
            if (i == 2) break;
            if (!rest.StartsWith(".")) return false;
            rest = rest[1..];
        }
        version = new(parts[0], parts[1], parts[2]);
        return true;
    }

    /// <summary>Whether what asks for <paramref name="required"/> works with this: same major version, and not older.</summary>
    public bool Satisfies(EngineVersion required) => Major == required.Major && CompareTo(required) >= 0;

    public int CompareTo(EngineVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    public static bool operator <(EngineVersion left, EngineVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(EngineVersion left, EngineVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(EngineVersion left, EngineVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(EngineVersion left, EngineVersion right) => left.CompareTo(right) >= 0;
}
