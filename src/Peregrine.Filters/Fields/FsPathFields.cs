using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class fs.path. Only calls that succeeded have them.</summary>
internal static class FsPathFields
{
    public static readonly Field[] All =
    [
        Declare.Text("fs.path.name", "Path for Filesystem-related operation", Event, "The path that the call is about, made absolute.", static (ref c, _, ref v) => FsPath.TryExtract(ref c, FsPathRole.Path, raw: false, ref v)),
        Declare.Text("fs.path.nameraw", "Raw path for Filesystem-related operation", Event, "The path that the call is about, as the process gave it.", static (ref c, _, ref v) => FsPath.TryExtract(ref c, FsPathRole.Path, raw: true, ref v)),
        Declare.Text("fs.path.source", "Source path for Filesystem-related operation", Event, "Of calls with two paths the one that is moved, mounted, or made as a link; absolute.", static (ref c, _, ref v) => FsPath.TryExtract(ref c, FsPathRole.Source, raw: false, ref v)),
        Declare.Text("fs.path.sourceraw", "Source path for Filesystem-related operation", Event, "The same, as the process gave it.", static (ref c, _, ref v) => FsPath.TryExtract(ref c, FsPathRole.Source, raw: true, ref v)),
        Declare.Text("fs.path.target", "Target path for Filesystem-related operation", Event, "Of calls with two paths the one that is moved to, mounted on, or linked to; absolute.", static (ref c, _, ref v) => FsPath.TryExtract(ref c, FsPathRole.Target, raw: false, ref v)),
        Declare.Text("fs.path.targetraw", "Target path for Filesystem-related operation", Event, "The same, as the process gave it.", static (ref c, _, ref v) => FsPath.TryExtract(ref c, FsPathRole.Target, raw: true, ref v)),
    ];
}
