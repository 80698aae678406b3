using System.Text;
using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>Makes the test of an operator and its constants for a type.</summary>
internal sealed class TestCompiler(FilterOptions options, List<FilterWarning> warnings)
{
    /// <summary>The longest constant, as in the reference.</summary>
    private const int MaxConstantBytes = 4095;

    /// <summary>How much of a constant that is too long a message shows.</summary>
    private const int ShownConstant = 8192;

    /// <summary>The test of one constant.</summary>
    /// <exception cref="FilterException">The constant is not of the type.</exception>
    public ValueTest Single(CheckOperator op, ParamType type, string constant, SourcePosition position)
    {
        switch (ValueClasses.Of(type))
        {
            case ValueClass.Text:
                return Text(op, constant);
            case ValueClass.Bytes:
                return Bytes(op, Buffer(op, constant));
            case ValueClass.Double:
                return new DoubleTest(op, NumberConstants.ParseDouble(constant));
            case ValueClass.Address:
                return new AddressTest(AddressConstants.Parse(constant), op == CheckOperator.NotEqual);
            case ValueClass.Network:
                return new NetworkTest([AddressConstants.ParseNetwork(constant)], op == CheckOperator.NotEqual);
            default:
                return new NumberTest(op, Number(type, constant, position), ValueClasses.Of(type) == ValueClass.Signed);
        }
    }

    /// <summary>The test of <c>in</c>, <c>intersects</c> and <c>pmatch</c> on one value.</summary>
    public ValueTest Set(CheckOperator op, ParamType type, IReadOnlyList<string> constants, SourcePosition position)
    {
        if (constants.Count == 0) return NeverTest.Instance;
        if (op == CheckOperator.PathMatch) return new PathMatchTest([.. constants.Select(Utf8)]);
        if (constants.Count == 1) return Single(CheckOperator.Equal, type, constants[0], position);
        switch (ValueClasses.Of(type))
        {
            case ValueClass.Text:
                return new BytesInTest([.. constants.Select(Utf8)]);
            case ValueClass.Bytes:
                return new BytesInTest([.. constants.Select(c => Buffer(op, c))]);
            case ValueClass.Address:
                return new BytesInTest([.. constants.Select(AddressConstants.Parse)]);
            case ValueClass.Network:
                return new NetworkTest([.. constants.Select(AddressConstants.ParseNetwork)], negative: false);
            case ValueClass.Double:
                return new NumberInTest([.. constants.Select(c => BitConverter.DoubleToInt64Bits(NumberConstants.ParseDouble(c)))]);
            default:
                return new NumberInTest([.. constants.Select(c => Number(type, c, position))]);
        }
    }

    private static ValueTest Text(CheckOperator op, string constant)
    {
        var bytes = Utf8(constant);
        return op switch
        {
            CheckOperator.Glob => new TextGlobTest(constant, ignoreCase: false),
            CheckOperator.IGlob => new TextGlobTest(constant, ignoreCase: true),
            CheckOperator.Regex => new TextRegexTest(constant),
            CheckOperator.IContains => new TextIContainTest(bytes),
            CheckOperator.Less or CheckOperator.LessOrEqual or CheckOperator.Greater or CheckOperator.GreaterOrEqual => new TextOrderTest(op, bytes),
            _ => Bytes(op, bytes),
        };
    }

    private static ValueTest Bytes(CheckOperator op, byte[] constant) => op switch
    {
        CheckOperator.NotEqual => new BytesNotEqualTest(constant),
        CheckOperator.Contains or CheckOperator.BContains => new BytesContainTest(constant),
        CheckOperator.StartsWith or CheckOperator.BStartsWith => new BytesStartTest(constant),
        CheckOperator.EndsWith => new BytesEndTest(constant),
        _ => new BytesEqualTest(constant),
    };

    private static byte[] Buffer(CheckOperator op, string constant)
    {
        if (op is not (CheckOperator.BContains or CheckOperator.BStartsWith)) return Short(Encoding.UTF8.GetBytes(constant));
        if (constant.Length % 2 != 0 || !constant.All(char.IsAsciiHexDigit))
            throw new FilterException("filter error: bcontains and bstartswith operator support hex strings only");
        return Short(Convert.FromHexString(constant));

        static byte[] Short(byte[] bytes) => bytes.Length <= MaxConstantBytes ? bytes : throw new FilterException("filter parameter too long (byte buf)");
    }

    private long Number(ParamType type, string constant, SourcePosition position)
    {
        if (ValueClasses.Of(type) == ValueClass.Bool) return NumberConstants.ParseBool(constant);
        var number = ValueClasses.Of(type) == ValueClass.Port
            ? NumberConstants.ParsePort(constant, options.Services, out var fits)
            : NumberConstants.Parse(constant, type, out fits);
        if (!fits)
        {
            warnings.Add(new FilterWarning(FilterWarningKind.NumberOutOfRange,
                $"{constant} does not fit type {ValueClasses.NameOf(type)} and is compared as {(ValueClasses.Of(type) == ValueClass.Signed ? number.ToString() : ((ulong)number).ToString())}", position));
        }
        return number;
    }

    private static byte[] Utf8(string constant)
    {
        var bytes = Encoding.UTF8.GetBytes(constant);
        if (bytes.Length <= MaxConstantBytes) return bytes;
        throw new FilterException("filter parameter too long:" + (constant.Length > ShownConstant ? constant[..ShownConstant] + "..." : constant));
    }
}
