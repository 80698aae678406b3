using Peregrine.Events;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class util, which listings leave out.</summary>
internal static class UtilityFields
{
    public static readonly Field[] All =
    [
        Declare.Id("util.cnt", ParamType.Uint64, "Counter", Event, "A counter that goes up with each event.", static (ref c, _, ref v) => v.Set(c.Number)),
    ];
}
