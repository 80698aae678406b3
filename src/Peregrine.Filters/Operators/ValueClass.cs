using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>How values of a type are compared.</summary>
internal enum ValueClass : byte
{
    /// <summary>Not at all.</summary>
    None,
    Signed,
    Unsigned,
    Double,
    Port,
    Bool,
    Text,
    Bytes,
    Address,
    Network,
}

/// <summary>Facts about types.</summary>
internal static class ValueClasses
{
    public static ValueClass Of(ParamType type) => type switch
    {
        ParamType.Int8 or ParamType.Int16 or ParamType.Int32 or ParamType.Int64 or ParamType.Errno
            or ParamType.Fd or ParamType.Pid or ParamType.Fd32 or ParamType.Pid32 => ValueClass.Signed,
        ParamType.Uint8 or ParamType.Uint16 or ParamType.Uint32 or ParamType.Uint64 or ParamType.Flags8 or ParamType.Flags16
            or ParamType.Flags32 or ParamType.Enumflags8 or ParamType.Enumflags16 or ParamType.Enumflags32 or ParamType.Syscallid
            or ParamType.Sigtype or ParamType.Mode or ParamType.Uid or ParamType.Gid or ParamType.Reltime or ParamType.Abstime => ValueClass.Unsigned,
        ParamType.Double => ValueClass.Double,
        ParamType.Port => ValueClass.Port,
        ParamType.Bool => ValueClass.Bool,
        ParamType.Charbuf or ParamType.Fspath or ParamType.Fsrelpath => ValueClass.Text,
        ParamType.Bytebuf => ValueClass.Bytes,
        ParamType.Ipaddr or ParamType.Ipv4addr or ParamType.Ipv6addr => ValueClass.Address,
        ParamType.Ipnet or ParamType.Ipv4net or ParamType.Ipv6net => ValueClass.Network,
        _ => ValueClass.None,
    };

    /// <summary>Numbers without a sign, those included that conditions do not compare.</summary>
    public static bool IsUnsignedNumber(ParamType type) => Of(type) is ValueClass.Unsigned or ValueClass.Port
        || type is ParamType.Uid or ParamType.Gid or ParamType.Sigset or ParamType.L4proto or ParamType.Sockfamily;

    /// <summary>The size in bytes of a number type.</summary>
    public static int SizeOf(ParamType type) => type switch
    {
        ParamType.Int8 or ParamType.Uint8 or ParamType.Flags8 or ParamType.Enumflags8 or ParamType.Sigtype => 1,
        ParamType.Int16 or ParamType.Uint16 or ParamType.Flags16 or ParamType.Enumflags16 or ParamType.Syscallid or ParamType.Port => 2,
        ParamType.Int32 or ParamType.Uint32 or ParamType.Flags32 or ParamType.Enumflags32 or ParamType.Mode
            or ParamType.Fd32 or ParamType.Pid32 or ParamType.Uid or ParamType.Gid or ParamType.Sigset => 4,
        _ => 8,
    };

    /// <summary>The type's name as messages show it: <c>CHARBUF</c>.</summary>
    public static string NameOf(ParamType type) => type switch
    {
        ParamType.Charbufarray => "CHARBUFARRAY",
        ParamType.CharbufPairArray => "CHARBUF_PAIR_ARRAY",
        _ => type.ToString().ToUpperInvariant(),
    };

    public static bool IsList(ParamType type) => type is ParamType.Charbuf or ParamType.Uint64 or ParamType.Reltime or ParamType.Abstime
        or ParamType.Bool or ParamType.Ipaddr or ParamType.Ipnet;
}
