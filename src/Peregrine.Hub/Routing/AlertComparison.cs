using System.Globalization;
using System.Net;
using System.Text;
using Peregrine.Filters;

namespace Peregrine.Hub.Routing;

/// <summary>Compares two texts of an alert as an operator says.</summary>
internal static class AlertComparison
{
    public static Func<string, string, bool> Of(CheckNode check, string? constant) => check.Operator switch
    {
        CheckOperator.Equal or CheckOperator.In or CheckOperator.Intersects => AreEqual,
        CheckOperator.NotEqual => static (a, b) => !AreEqual(a, b),
        CheckOperator.Less => static (a, b) => Compare(a, b) is < 0,
        CheckOperator.LessOrEqual => static (a, b) => Compare(a, b) is <= 0,
        CheckOperator.Greater => static (a, b) => Compare(a, b) is > 0,
        CheckOperator.GreaterOrEqual => static (a, b) => Compare(a, b) is >= 0,
        CheckOperator.Contains => static (a, b) => a.Contains(b, StringComparison.Ordinal),
        CheckOperator.IContains => static (a, b) => a.Contains(b, StringComparison.OrdinalIgnoreCase),
        CheckOperator.StartsWith => static (a, b) => a.StartsWith(b, StringComparison.Ordinal),
        CheckOperator.EndsWith => static (a, b) => a.EndsWith(b, StringComparison.Ordinal),
        CheckOperator.BContains => static (a, b) => Bytes(b) is { } part && Encoding.UTF8.GetBytes(a).AsSpan().IndexOf(part) >= 0,
        CheckOperator.BStartsWith => static (a, b) => Bytes(b) is { } part && Encoding.UTF8.GetBytes(a).AsSpan().StartsWith(part),
        CheckOperator.Glob => Glob(constant, ignoreCase: false),
        CheckOperator.IGlob => Glob(constant, ignoreCase: true),
        CheckOperator.Regex => Regex(check, constant),
        CheckOperator.PathMatch => IsBelow,
        _ => throw new ConditionSyntaxException($"'{check.OperatorToken}' cannot be asked of an alert", check.Position),
    };

    /// <summary>Equal as text, as numbers, or an address in a network.</summary>
    public static bool AreEqual(string a, string b)
    {
        if (a == b) return true;
        if (Number(a) is { } x && Number(b) is { } y) return x.Equals(y);
        return b.Contains('/', StringComparison.Ordinal) && IPAddress.TryParse(a, out var address) && IPNetwork.TryParse(b, out var network) && network.Contains(address);
    }

    /// <summary>The path itself, or a path below it.</summary>
    public static bool IsBelow(string path, string above)
    {
        above = above.TrimEnd('/');
        return path.StartsWith(above, StringComparison.Ordinal) && (path.Length == above.Length || path[above.Length] == '/');
    }

    // Patterns are made once, where the configuration is read; the language takes only constants for them.
    private static Func<string, string, bool> Glob(string? constant, bool ignoreCase)
    {
        var pattern = new GlobPattern(Encoding.UTF8.GetBytes(constant ?? ""), ignoreCase);
        return (a, _) => pattern.Matches(Encoding.UTF8.GetBytes(a));
    }

    private static Func<string, string, bool> Regex(CheckNode check, string? constant)
    {
        try
        {
            var compiled = PosixRegex.Compile(constant ?? "");
            return (a, _) => compiled.Matches(Encoding.UTF8.GetBytes(a));
        }
        catch (FilterException e)
        {
            throw new ConditionSyntaxException($"'{constant}' : {e.Message}", check.Right?.Position ?? check.Position);
        }
    }

    private static int? Compare(string a, string b) => Number(a) is { } x && Number(b) is { } y ? x.CompareTo(y) : null;

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static byte[]? Bytes(string hex)
    {
        try
        {
            return Convert.FromHexString(hex);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
