using System.Text;

namespace Peregrine.Filters;

/// <summary>An operator with its constants, made for one type of value. Immutable; says nothing about missing values, which satisfy no operator.</summary>
internal abstract class ValueTest
{
    public abstract bool Holds(ref FieldValue value);

    /// <summary>Appends a text that is the same for equal tests.</summary>
    public abstract void AppendKey(StringBuilder key);

    /// <summary>In quotes when it is plain text, as people may see keys; else in hexadecimal.</summary>
    protected static void AppendConstant(StringBuilder key, ReadOnlySpan<byte> constant)
    {
        if (constant.ContainsAnyExceptInRange((byte)' ', (byte)'~') || constant.ContainsAny((byte)'"', (byte)'\\')) key.Append("0x").Append(Convert.ToHexString(constant));
        else key.Append('"').Append(Encoding.ASCII.GetString(constant)).Append('"');
    }
}

/// <summary><c>exists</c>, and what an empty operand makes of some operators.</summary>
internal sealed class AlwaysTest : ValueTest
{
    public static AlwaysTest Instance { get; } = new();

    public override bool Holds(ref FieldValue value) => true;

    public override void AppendKey(StringBuilder key) => key.Append("exists");
}

/// <summary>An operator without constants to satisfy it.</summary>
internal sealed class NeverTest : ValueTest
{
    public static NeverTest Instance { get; } = new();

    public override bool Holds(ref FieldValue value) => false;

    public override void AppendKey(StringBuilder key) => key.Append("never");
}
