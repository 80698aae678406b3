using Peregrine.Kernel.Proc.Files;

namespace Peregrine.Kernel.Proc.Sockets;

/// <summary>The ports that the kernel gives to sockets which did not ask for one.</summary>
internal readonly record struct EphemeralPorts(ushort First, ushort Last)
{
    public static EphemeralPorts Default { get; } = new(32768, 60999);

    /// <summary>From <c>net/ipv4/ip_local_port_range</c>.</summary>
    public static EphemeralPorts Parse(ReadOnlySpan<byte> text)
    {
        var cells = new TextCursor(text);
        var (first, last) = (cells.Number(), cells.Number());
        return first is > 0 and <= ushort.MaxValue && last >= first && last <= ushort.MaxValue ? new((ushort)first, (ushort)last) : Default;
    }

    public bool Contains(ushort port) => port >= First && port <= Last;
}
