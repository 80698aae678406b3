using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class evt that show the event's parameters.</summary>
internal static class EventArgumentFields
{
    private const string NoAccountOfGeneric = "Calls without an event of their own have none.";

    public static readonly Field[] All =
    [
        Declare.Text("evt.args", "Arguments", Event, "All arguments as name=value, joined by blanks. " + NoAccountOfGeneric, All_),
        new("evt.arg", ParamType.Charbuf, Event, "One argument as text, by position (evt.arg[0]) or name (evt.arg.flags). Where its number has a meaning, the meaning is given.", Argument)
        {
            DisplayName = "Argument", Format = PrintFormat.Na, Argument = FieldArgument.Required | FieldArgument.Index | FieldArgument.Suffix, ParseTail = EventArgument.ParseText,
        },
        new("evt.rawarg", ParamType.Dyn, Event, "One argument as it is in the event, by name (evt.rawarg.uid), with the type it has there.", RawArgument)
        {
            DisplayName = "Raw Argument", Format = PrintFormat.Na, Argument = FieldArgument.Required | FieldArgument.Suffix, Traits = FieldTraits.NoRightHand | FieldTraits.NoTransformer, ParseTail = EventArgument.ParseRaw,
        },
        Declare.Text("evt.info", "Information", Event, "The same as evt.args.", All_),
        Declare.Text("evt.abspath", "Absolute Path", Event,
            "The path that the call names, made absolute with its directory descriptor. Of calls with two paths .src is the first and .dst the second.", static (ref c, arg, ref v) => AbsolutePath.TryExtract(ref c, arg, ref v))
            .With(FieldArgument.Required | FieldArgument.Suffix, AbsolutePath.Parse),
        Declare.Text("evt.infra.docker.name", "Docker Name", Event, "Of events from docker, what happened.", static (ref c, _, ref v) => InfrastructureEvent.TryExtract(ref c, "Event"u8, ref v)).TableOnly(),
        Declare.Text("evt.infra.docker.container.id", "Docker ID", Event, "Of events from docker, the container's id.", static (ref c, _, ref v) => InfrastructureEvent.TryExtractId(ref c, ref v)).TableOnly(),
        Declare.Text("evt.infra.docker.container.name", "Container Name", Event, "Of events from docker, the container's name.", static (ref c, _, ref v) => InfrastructureEvent.TryExtract(ref c, "name"u8, ref v)).TableOnly(),
        Declare.Text("evt.infra.docker.container.image", "Container Image", Event, "Of events from docker, the container's image.", static (ref c, _, ref v) => InfrastructureEvent.TryExtractImage(ref c, ref v)).TableOnly(),
    ];

    private static bool All_(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        if (context.Event.Type is EventType.GenericX or EventType.GenericE) return value.Set(default(ReadOnlySpan<byte>));
        value.Buffer.Begin();
        ParamText.AppendAll(ref context, value.Buffer);
        return value.Set(value.Buffer.End());
    }

    private static bool Argument(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        var index = ((EventArgument)arg.Parsed!).IndexIn(context.Event.Type);
        if (index < 0 || index >= ParamText.Count(ref context)) return false;
        value.Buffer.Begin();
        ParamText.Append(ref context, value.Buffer, index);
        return value.Set(value.Buffer.End());
    }

    /// <summary>
    /// Gives the bytes as they are, and the number in them when it is one. A number that the event does not carry has no bytes: it prints as 0, and conditions on it are false.
    /// </summary>
    private static bool RawArgument(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        var index = ((EventArgument)arg.Parsed!).IndexIn(context.Event.Type);
        if (index < 0 || index >= ParamText.Count(ref context)) return false;
        var param = context.Event.Info.Params[index];
        var bytes = context.Event.Param(index);
        value.Param = param;
        switch (param.Type)
        {
            case ParamType.Charbuf or ParamType.Fspath or ParamType.Fsrelpath:
                return value.Set(bytes.IsEmpty ? "<NA>"u8 : ParamText.OrUnavailable(context.Event.Text(index)));
            case ParamType.Int8 or ParamType.Int16 or ParamType.Int32 or ParamType.Int64 or ParamType.Errno or ParamType.Fd or ParamType.Fd32 or ParamType.Pid or ParamType.Pid32:
                value.Number = RawNumber.Signed(bytes);
                return value.Set(bytes);
            default:
                value.Set(RawNumber.Unsigned(bytes));
                return value.Set(bytes);
        }
    }
}
