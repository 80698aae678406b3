using System.Globalization;
using System.Text;

namespace Peregrine.UnitTests.Filters;

/// <summary>Makes events for <see cref="MadeUpFields"/>, and texts of the kinds that their conditions compare them with. Few letters, so that much matches.</summary>
internal sealed class RandomValues(Random random)
{
    private static readonly byte[][] Hosts = [[10, 0, 0, 0], [10, 0, 0, 1], [10, 0, 0, 2], [.. new byte[15], 1], [0xfe, 0x80, .. new byte[13], 2]];

    public EventValues Event()
    {
        var record = new EventValues();
        Maybe(record, "t.text", () => Bytes(Text()));
        Maybe(record, "t.other", () => Bytes(Text()));
        Maybe(record, "t.path", () => Bytes(Path()));
        Maybe(record, "t.code", () => Bytes(Encoded()));
        Maybe(record, "t.buffer", () => Bytes(Text()));
        Maybe(record, "t.blob", () => Bytes(Text()));
        Maybe(record, "t.int", () => (long)random.Next(-3, 4));
        Maybe(record, "t.int2", () => (long)random.Next(-3, 4));
        Maybe(record, "t.uint", () => (long)random.Next(4));
        Maybe(record, "t.uint2", () => (long)random.Next(4));
        Maybe(record, "t.port", () => (long)random.Next(4));
        Maybe(record, "t.flag", () => random.Next(2) == 0);
        Maybe(record, "t.double", () => random.Next(-4, 5) / 2.0);
        Maybe(record, "t.ip", () => Pick(Hosts));
        Maybe(record, "t.ip2", () => Pick(Hosts));
        Maybe(record, "t.net", () => Pick(Hosts));
        Maybe(record, "t.list", Texts);
        Maybe(record, "t.list2", Texts);
        Maybe(record, "t.any", Texts);
        Maybe(record, "t.args", Arguments);
        Maybe(record, "t.numbers", () => Enumerable.Range(0, random.Next(3)).Select(_ => (long)random.Next(3)).ToArray());
        return record;
    }

    public string Text() => Letters("abA", 4);

    public string Path() => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => (random.Next(4) == 0 ? "//" : "/") + Text()));

    public string GlobOf(string signs) => Letters(signs, 5);

    public string Host() => Pick(Hosts) is { Length: 4 } four ? string.Join('.', four) : random.Next(2) == 0 ? "::1" : "fe80:0::2";

    public string Network() => random.Next(3) > 0 ? $"10.0.0.{random.Next(3)}/{random.Next(33)}" : $"{(random.Next(2) == 0 ? "::" : "fe80::2")}/{random.Next(1, 129)}";

    public string Number(int low, int high) => random.Next(low, high).ToString(CultureInfo.InvariantCulture);

    public string Pattern(int depth) => random.Next(depth > 0 ? 9 : 3) switch
    {
        0 => "a",
        1 => "b",
        2 => ".",
        3 => $"({Pattern(depth - 1)}|{Pattern(depth - 1)})",
        4 => $"({Pattern(depth - 1)})*",
        5 => $"({Pattern(depth - 1)}){{{random.Next(2)},2}}",
        6 => "[^a]?",
        7 => "[A-a]",
        _ => Pattern(depth - 1) + Pattern(depth - 1),
    };

    public T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Base64, at times without its padding, at times none at all.</summary>
    private string Encoded() => random.Next(4) == 0 ? "YQ" + Letters("A!=", 4) : Convert.ToBase64String(Bytes(Text())) is var code && random.Next(2) == 0 ? code.TrimEnd('=') : code;

    private string Letters(string of, int most) => string.Concat(Enumerable.Range(0, random.Next(most)).Select(_ => of[random.Next(of.Length)]));

    private byte[][] Texts() => [.. Enumerable.Range(0, random.Next(4)).Select(_ => Bytes(Text()))];

    private byte[][] Arguments() => [.. Enumerable.Range(0, random.Next(5)).Select(_ => Bytes(Pick(["-", "--", "--a", "-a", "-b", "-ab", "-bA", "-c", "a"])))];

    private void Maybe(EventValues record, string name, Func<object> value)
    {
        if (random.Next(6) > 0) record[name] = value();
    }
}
