using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>
/// Fields of the class fd that name the ends of a socket. A condition compares the end's address with those of the name it is given, which the evaluator looks up;
/// there is no reverse look-up, so they have no value to print.
/// </summary>
internal static class SocketNameFields
{
    public static readonly Field[] All =
    [
        Name("fd.cip.name", "FD Client Domain Name", "The client's domain name.", Endpoint.Client),
        Name("fd.sip.name", "FD Server Domain Name", "The server's domain name.", Endpoint.Server),
        Name("fd.lip.name", "FD Local Domain Name", "The domain name of this machine's end.", Endpoint.Local),
        Name("fd.rip.name", "FD Remote Domain Name", "The domain name of the other end.", Endpoint.Remote),
    ];

    private static Field Name(string name, string display, string description, Endpoint which) =>
        Declare.Text(name, display, Event, description + " In conditions it matches when the address is one of the name's.", null)
            .ComparedBy((ref c, _, ref v, test) => Endpoints.Match(ref c, which, ref v, test)).NoOperands().HostName();
}
