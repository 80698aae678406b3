using Peregrine.Filters.Rendering;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class process on standard input, output and error.</summary>
internal static class StandardStreamFields
{
    public static readonly Field[] All =
    [
        Declare.Text("proc.stdin.type", "Standard Input fd type", Event, "Kind of the process's standard input, as fd.type names it.", static (ref c, _, ref v) => SetType(ref c, 0, ref v)),
        Declare.Text("proc.stdout.type", "Standard Output fd type", Event, "Kind of the process's standard output.", static (ref c, _, ref v) => SetType(ref c, 1, ref v)),
        Declare.Text("proc.stderr.type", "Standard Error fd type", Event, "Kind of the process's standard error.", static (ref c, _, ref v) => SetType(ref c, 2, ref v)),
        Declare.Text("proc.stdin.name", "Standard Input fd name", Event, "Name of the process's standard input, as fd.name gives it.", static (ref c, _, ref v) => SetName(ref c, 0, ref v)),
        Declare.Text("proc.stdout.name", "Standard Output fd name", Event, "Name of the process's standard output.", static (ref c, _, ref v) => SetName(ref c, 1, ref v)),
        Declare.Text("proc.stderr.name", "Standard Error fd name", Event, "Name of the process's standard error.", static (ref c, _, ref v) => SetName(ref c, 2, ref v)),
    ];

    private static bool SetType(ref EventContext context, int fd, ref FieldValue value) => context.Thread?.Fds.Find(fd) is { } entry && value.Set(FdText.TypeName(entry.Type));

    private static bool SetName(ref EventContext context, int fd, ref FieldValue value) => context.Thread?.Fds.Find(fd) is { } entry && value.Set(entry.Name);
}
