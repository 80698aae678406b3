using System.Text;
using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>Names of ports as this machine's <c>/etc/services</c> has them; where a port has none, its number stands for it.</summary>
internal static class ServiceNames
{
    public static bool Set(ref FieldValue value, ref EventContext context, ushort port)
    {
        if (ServiceTable.OfMachine.NameOf(port, context.Fd is { Tuple.Protocol: L4Protocol.Udp }) is { } name)
        {
            var bytes = value.Buffer.Take(Encoding.UTF8.GetByteCount(name));
            Encoding.UTF8.GetBytes(name, bytes);
            return value.Set(bytes);
        }
        value.Buffer.Begin();
        value.Buffer.Append(port);
        return value.Set(value.Buffer.End());
    }
}
