using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.State;

namespace Peregrine.UnitTests.Filters;

/// <summary>The values of one made-up event, by field name; a field that is not in it has no value.</summary>
internal sealed class EventValues : Dictionary<string, object>;

/// <summary>Fields of every kind that take their values from a made-up event.</summary>
internal sealed class MadeUpFields
{
    private readonly Func<string, FieldScope> _scope;

    /// <param name="scope">What a field depends on; the event unless it is said.</param>
    public MadeUpFields(Func<string, FieldScope>? scope = null)
    {
        _scope = scope ?? (static _ => FieldScope.Event);
        Catalog = new FieldCatalog(Declare());
    }

    public FieldCatalog Catalog { get; }

    /// <summary>The event that the fields speak of.</summary>
    public EventValues Current { get; set; } = [];

    private IEnumerable<Field> Declare() =>
    [
        Make("t.text", ParamType.Charbuf),
        Make("t.other", ParamType.Charbuf),
        Make("t.path", ParamType.Fspath),
        Make("t.code", ParamType.Charbuf),
        Make("t.buffer", ParamType.Bytebuf),
        Make("t.blob", ParamType.Bytebuf),
        Make("t.int", ParamType.Int32),
        Make("t.int2", ParamType.Int32),
        Make("t.uint", ParamType.Uint64),
        Make("t.uint2", ParamType.Uint64),
        Make("t.port", ParamType.Port),
        Make("t.flag", ParamType.Bool),
        Make("t.double", ParamType.Double),
        Make("t.ip", ParamType.Ipaddr),
        Make("t.ip2", ParamType.Ipaddr),
        Make("t.list", ParamType.Charbuf) with { Traits = FieldTraits.List },
        Make("t.list2", ParamType.Charbuf) with { Traits = FieldTraits.List },
        Make("t.args", ParamType.Charbuf) with { Traits = FieldTraits.List },
        Make("t.numbers", ParamType.Uint64) with { Traits = FieldTraits.List },
        Make("t.any", ParamType.Charbuf) with { Traits = FieldTraits.OwnComparison | FieldTraits.NoRightHand | FieldTraits.NoTransformer, Match = MatchAny },
        Make("t.net", ParamType.Ipnet) with { Traits = FieldTraits.OwnComparison | FieldTraits.NoRightHand | FieldTraits.NoTransformer, Match = MatchNetwork },
    ];

    private Field Make(string name, ParamType type) =>
        new(name, type, _scope(name), "", (ref _, _, ref value) => Current.TryGetValue(name, out var known) && Set(ref value, known)) { Class = "t" };

    private static bool Set(ref FieldValue value, object known)
    {
        switch (known)
        {
            case byte[] bytes:
                return value.Set(bytes);
            case long number:
                return value.Set(number);
            case double number:
                return value.Set(number);
            case bool flag:
                return value.Set(flag);
            case byte[][] texts:
                value.List = value.Buffer.List();
                foreach (var text in texts) value.List.Add(text);
                return true;
            case long[] numbers:
                value.List = value.Buffer.List();
                foreach (var number in numbers) value.List.Add(number);
                return true;
            default:
                return false;
        }
    }

    private bool MatchAny(ref EventContext context, FieldArg arg, ref FieldValue scratch, ICandidateTest test)
    {
        if (!Current.TryGetValue("t.any", out var known)) return false;
        foreach (var text in (byte[][])known)
            if (scratch.Set(text) && test.Holds(ref context, ref scratch)) return true;
        return false;
    }

    private bool MatchNetwork(ref EventContext context, FieldArg arg, ref FieldValue scratch, ICandidateTest test) =>
        Current.TryGetValue("t.net", out var known) && scratch.Set((byte[])known) && test.Holds(ref context, ref scratch);
}
