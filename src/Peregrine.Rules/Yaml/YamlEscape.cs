using System.Text;

namespace Peregrine.Rules.Yaml;

/// <summary>The escapes of double-quoted scalars.</summary>
internal static class YamlEscape
{
    /// <summary>Reads the escape at the backslash here and gives its bytes.</summary>
    public static byte[] Read(YamlInput input)
    {
        input.Skip();
        if (input.AtEnd) throw new YamlException(input.Mark, "illegal EOF in scalar");
        var c = (char)input.Take();
        switch (c)
        {
            case '0': return [0];
            case 'a': return [7];
            case 'b': return [8];
            case 't' or '\t': return [9];
            case 'n': return [10];
            case 'v': return [11];
            case 'f': return [12];
            case 'r': return [13];
            case 'e': return [27];
            case ' ' or '"' or '\'' or '\\' or '/': return [(byte)c];
            case 'N': return [0xC2, 0x85];
            case '_': return [0xC2, 0xA0];
            case 'L': return [0xE2, 0x80, 0xA8];
            case 'P': return [0xE2, 0x80, 0xA9];
            case 'x': return Code(input, 2);
            case 'u': return Code(input, 4);
            case 'U': return Code(input, 8);
            default: throw new YamlException(input.Mark, $"unknown escape character: {c}");
        }
    }

    private static byte[] Code(YamlInput input, int digits)
    {
        var code = Hex(input, digits);
        if (digits == 4 && code is >= 0xD800 and < 0xDC00 && input.Peek() == '\\' && input.Peek(1) == 'u')
        {
            input.Skip(2);
            var low = Hex(input, 4);
            if (low is >= 0xDC00 and <= 0xDFFF) code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
        if (!Rune.IsValid(code)) throw new YamlException(input.Mark, $"invalid unicode: {code}");
        var bytes = new byte[4];
        return bytes[..new Rune(code).EncodeToUtf8(bytes)];
    }

    private static uint Hex(YamlInput input, int digits)
    {
        uint value = 0;
        for (var i = 0; i < digits; i++)
        {
            var c = (char)input.Peek();
            if (!char.IsAsciiHexDigit(c)) throw new YamlException(input.Mark, "bad character found while scanning hex number");
            value = (value << 4) | (uint)Convert.ToInt32(c.ToString(), 16);
            input.Skip();
        }
        return value;
    }
}
