using System.Globalization;
using System.Net;
using System.Text;
using Peregrine.Filters;

namespace Peregrine.UnitTests.Filters;

/// <summary>An address among the values of <see cref="PlainEvaluator"/>, as text.</summary>
internal sealed record PlainAddress(string Bits)
{
    public static PlainAddress Of(byte[] bytes) => new(string.Concat(bytes.Select(b => Convert.ToString(b, 2).PadLeft(8, '0'))));
}

/// <summary>A network: the leading bits that an address must share, and how many bits it has.</summary>
internal sealed record PlainNetwork(string Prefix, int Length)
{
    public bool Contains(PlainAddress address) => address.Bits.Length == Length && address.Bits.StartsWith(Prefix, StringComparison.Ordinal);
}

/// <summary>The values of <see cref="PlainEvaluator"/>: <see cref="string"/> (bytes as Latin-1), <see cref="decimal"/>, <see cref="bool"/>, addresses, and arrays of these.</summary>
internal static class PlainValues
{
    private static readonly HashSet<string> Addresses = ["t.ip", "t.ip2", "t.net"];

    /// <summary>The value of one side of a check; null when the event has none.</summary>
    public static object? Of(Expression expression, EventValues record, bool strict)
    {
        switch (expression)
        {
            case FieldExpression field:
                return record.TryGetValue(field.Name, out var value) ? Of(field.Name, value) : null;
            case LiteralExpression literal:
                return Latin(literal.Text);
            case ListExpression list:
                var items = list.Items.Select(i => Of(i, record, strict)).ToArray();
                return items.Contains(null) ? null : items.Select(i => Shown(i!)).ToArray();
        }
        var transformer = (TransformerExpression)expression;
        var arguments = transformer.Arguments.Select(a => Of(a, record, strict)).ToArray();
        if (arguments.Contains(null) || Transformed(transformer, arguments!) is not { } result) return null;
        if (transformer.Name != "b64") return result;
        // A decoded text ends at a NUL; the reference leaves one behind a decoded buffer that has none there.
        if (transformer.Arguments is not [FieldExpression { Name: "t.blob" }]) return ((string)result).Split('\0')[0];
        return strict || ((string)result).EndsWith('\0') ? result : result + "\0";
    }

    /// <summary>A constant as a value of the same kind as another.</summary>
    public static object Like(object left, string constant) => left switch
    {
        decimal => decimal.Parse(constant, CultureInfo.InvariantCulture),
        bool => constant == "true",
        PlainAddress when constant.Split('/') is [var network, var bits] => new PlainNetwork(PlainAddress.Of(IPAddress.Parse(network).GetAddressBytes()).Bits[..int.Parse(bits)], network.Contains(':') ? 128 : 32),
        PlainAddress => PlainAddress.Of(IPAddress.Parse(constant).GetAddressBytes()),
        _ => constant,
    };

    public static string Latin(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    public static string Unhex(string hex) => Encoding.Latin1.GetString(Convert.FromHexString(hex));

    private static object Of(string field, object value) => value switch
    {
        byte[] address when Addresses.Contains(field) => PlainAddress.Of(address),
        byte[] bytes => Encoding.Latin1.GetString(bytes),
        byte[][] texts => texts.Select(Encoding.Latin1.GetString).ToArray(),
        long number => (decimal)number,
        double number => (decimal)number,
        long[] numbers => numbers.Select(n => (decimal)n).ToArray(),
        _ => value,
    };

    private static object? Transformed(TransformerExpression transformer, object[] arguments) => transformer.Name switch
    {
        "tolower" => Each(arguments[0], t => t.ToLowerInvariant()),
        "toupper" => Each(arguments[0], t => t.ToUpperInvariant()),
        "basename" => Each(arguments[0], t => t[(t.LastIndexOf('/') + 1)..]),
        "b64" => Decoded((string)arguments[0]),
        "len" => (decimal)(arguments[0] is Array list ? list.Length : ((string)arguments[0]).Length),
        "concat" => string.Concat(arguments.Select(Shown)),
        "join" => string.Join(Shown(arguments[0]), ((Array)arguments[1]).Cast<object>().Select(Shown)),
        "getopt" => Options((string[])arguments[0], transformer.Selector),
        _ => throw new InvalidOperationException(),
    };

    private static object Each(object value, Func<string, string> change) => value is string[] list ? list.Select(change).ToArray() : change((string)value);

    private static string Shown(object value) => value as string ?? ((decimal)value).ToString(CultureInfo.InvariantCulture);

    private static string? Decoded(string code)
    {
        var digits = code.TrimEnd('=');
        if (code.Length - digits.Length > 2) return null;
        try
        {
            var bytes = Convert.FromBase64String(digits + new string('=', (4 - digits.Length % 4) % 4));
            return Convert.ToBase64String(bytes).TrimEnd('=') == digits ? Encoding.Latin1.GetString(bytes) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Options of the description <c>ab:</c>, with their values.</summary>
    private static object? Options(string[] words, string? selector)
    {
        var found = new List<string>();
        string? last = null;
        for (var i = 0; i < words.Length && words[i] is ['-', _, ..] and not "--"; i++)
        {
            if (words[i][1] == '-') continue;
            var letters = words[i][1..];
            while (letters.Length > 0)
            {
                var letter = letters[0];
                letters = letters[1..];
                if (letter == 'a') found.Add("a");
                else if (letter != 'b') found.Add("?");
                if (letter == 'a' && selector == "a") last = "a";
                if (letter != 'b') continue;
                var hasValue = letters.Length > 0 || i + 1 < words.Length;
                var value = letters.Length > 0 ? letters : hasValue ? words[++i] : "";
                if (hasValue) found.Add("b");
                found.Add(value);
                if (selector == "b") last = value;
                break;
            }
        }
        return selector is null ? found.ToArray() : last;
    }
}
