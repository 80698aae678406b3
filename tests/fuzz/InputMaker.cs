using System.Text;

namespace Peregrine.Fuzz;

/// <summary>Makes new inputs out of known ones: small changes, words of the language, other inputs' parts, and now and then something enormous or deeply nested.</summary>
internal sealed class InputMaker(Random random, FuzzTarget target)
{
    private const int MostBytes = 10 << 20;
    private static readonly byte[][] Odd = [[0], [0xff], [0xfe, 0xff], [0xef, 0xbb, 0xbf], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x80], [4], [8], [0x0b], [0x0c], "\r"u8.ToArray(), "\r\n"u8.ToArray(), [0xc2, 0x85], [0xe2, 0x80, 0xa8]];
    private readonly List<byte[]> _known = [];

    public int Known => _known.Count;

    public void Keep(byte[] input)
    {
        // Large ones cost time and find little more than their small beginnings.
        if (input.Length <= 1 << 16) _known.Add(input);
    }

    public byte[] Next()
    {
        var input = new List<byte>(_known.Count > 0 ? _known[random.Next(_known.Count)] : []);
        for (var changes = random.Next(1, 8); changes > 0; changes--) Change(input);
        if (random.Next(500) == 0) Enlarge(input);
        return [.. input];
    }

    private void Change(List<byte> input)
    {
        var at = random.Next(input.Count + 1);
        var length = Math.Min(1 << random.Next(8), input.Count - at);
        switch (random.Next(11))
        {
            case 0:
                if (length > 0) input[at] = (byte)random.Next(256);
                break;
            case 1:
                if (length > 0) input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                input.InsertRange(random.Next(input.Count + 1), input.GetRange(at, length));
                break;
            case 4:
                input.InsertRange(at, Odd[random.Next(Odd.Length)]);
                break;
            case 5:
                if (_known.Count > 0 && _known[random.Next(_known.Count)] is { Length: > 0 } other)
                {
                    var from = random.Next(other.Length);
                    input.InsertRange(at, other.AsSpan(from, Math.Min(1 << random.Next(10), other.Length - from)));
                }
                break;
            case 6:
                Repeat(input, at, input.GetRange(at, length), random.Next(2, 40));
                break;
            case 7 when target.Nests.Count > 0:
                Nest(input, at, random.Next(1, 20));
                break;
            default:
                input.InsertRange(at, Word());
                break;
        }
    }

    /// <summary>Repeats or nests until the input has up to ten megabytes.</summary>
    private void Enlarge(List<byte> input)
    {
        var at = random.Next(input.Count + 1);
        if (random.Next(3) == 0 && target.Nests.Count > 0)
        {
            Nest(input, at, 1 << random.Next(5, 21));
            return;
        }
        var part = random.Next(2) == 0 ? Word() : [.. input.GetRange(at, Math.Min(random.Next(1, 64), input.Count - at))];
        if (part.Length > 0) Repeat(input, at, part, Math.Min(1 << random.Next(10, 23), (MostBytes - input.Count) / part.Length));
    }

    private static void Repeat(List<byte> input, int at, IReadOnlyCollection<byte> part, int times)
    {
        var repeated = new List<byte>(Math.Max(part.Count * times, 0));
        for (var i = 0; i < times && repeated.Count < MostBytes; i++) repeated.AddRange(part);
        input.InsertRange(at, repeated);
    }

    private void Nest(List<byte> input, int at, int depth)
    {
        var (open, close) = target.Nests[random.Next(target.Nests.Count)];
        var end = random.Next(at, input.Count + 1);
        if (random.Next(4) > 0) Repeat(input, end, Encoding.UTF8.GetBytes(close), depth);
        Repeat(input, at, Encoding.UTF8.GetBytes(open), depth);
    }

    private byte[] Word() => random.Next(8) switch
    {
        0 => Encoding.UTF8.GetBytes(random.NextInt64(long.MinValue, long.MaxValue).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        1 => Odd[random.Next(Odd.Length)],
        _ => Encoding.UTF8.GetBytes(target.Words[random.Next(target.Words.Count)]),
    };
}
