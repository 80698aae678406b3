using Peregrine.Events;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>
/// Fields of the class evt on how long a call took. They compared a call's exit with its entry, which is no longer recorded: they are here so that rules that name them load,
/// and they have the constant values that the reference gives them.
/// </summary>
internal static class DeprecatedEventFields
{
    private const string Never = " No longer measured: always 0.";

    public static readonly Field[] All =
    [
        Declare.Amount("evt.latency", ParamType.Reltime, "Latency", Constant, "Nanoseconds that the call took." + Never, static (ref _, _, ref v) => v.Set(0)).Deprecated(),
        Declare.Amount("evt.latency.s", ParamType.Reltime, "Latency (s)", Constant, "Whole seconds that the call took." + Never, static (ref _, _, ref v) => v.Set(0)).Deprecated(),
        Declare.Amount("evt.latency.ns", ParamType.Reltime, "Latency (ns)", Constant, "The part below a second of the time that the call took." + Never, static (ref _, _, ref v) => v.Set(0)).Padded().Deprecated(),
        Declare.Amount("evt.latency.quantized", ParamType.Uint64, "Quantized Latency", Constant, "The magnitude of the time that the call took." + Never, static (ref _, _, ref v) => v.Set(0)).TableOnly().Deprecated(),
        Declare.Text("evt.latency.human", "Human-Readable Latency", Constant, "The time that the call took, in words. No longer measured: always 0ns.", static (ref _, _, ref v) => v.Set("0ns"u8)).Deprecated(),
        Declare.Amount("evt.wait_latency", ParamType.Reltime, "Wait Latency", Constant, "Nanoseconds that the call waited." + Never, static (ref _, _, ref v) => v.Set(0)).Deprecated(),
    ];
}
