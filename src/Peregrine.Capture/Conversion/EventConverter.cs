using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>
/// Brings events of old schemas to the current one, by the table. It keeps enter events for their exits, so one converter belongs to one capture and sees its events in order.
/// A converted event lies in the converter's buffers and is valid until the next call.
/// </summary>
internal sealed class EventConverter
{
    /// <summary>The longest chain of the table is far shorter; this ends a circle.</summary>
    private const int MaxSteps = 50;

    private readonly EnterEvents _enters = new();
    private byte[] _buffer = new byte[4096];
    private byte[] _other = new byte[4096];

    /// <summary>True when the event (as it is then) goes on; false when it is kept or dropped. Throws <see cref="ConversionException"/>.</summary>
    public bool Convert(ref EventView view)
    {
        for (var step = 0; step <= MaxSteps; step++)
        {
            switch (ConversionNeeds.Of(view.Type, view.ParamCount))
            {
                case ConversionNeed.None: return true;
                case ConversionNeed.Drop: return false;
                case ConversionNeed.Impossible:
                    throw new ConversionException($"old exit event (type: {(int)view.Type}) has no conversion");
            }
            var entry = ConversionTable.Find(view.Type, view.ParamCount) ?? throw Missing(view);
            switch (entry.Action)
            {
                case ConversionAction.Pass:
                    return true;
                case ConversionAction.Store:
                    _enters.Store(view.ThreadId, view.Record);
                    return false;
                case ConversionAction.StoreAndPass:
                    _enters.Store(view.ThreadId, view.Record);
                    return true;
                default:
                    view = Apply(entry, view);
                    break;
            }
        }
        throw new ConversionException($"event (type: {(int)view.Type}) is not current after {MaxSteps} conversions");
    }

    /// <summary>Forgets the enter events: another section begins.</summary>
    public void Forget() => _enters.Clear();

    private EventView Apply(ConversionEntry entry, EventView old)
    {
        var enter = Enter(entry, old);
        var kept = entry.Action == ConversionAction.AddParams ? old.ParamCount : 0;
        var count = kept + entry.Instructions.Length;
        var container = entry.Instructions is [{ Source: ConversionSource.ContainerJson }] ? ContainerJson.Build(old) : [];
        var types = EventSchema.Get(entry.To).Params;

        // The sum of all that can be copied; each instruction gives at most one whole parameter or 8 bytes.
        var size = EventView.HeaderSize + (count * 4) + container.Length + entry.Instructions.Length * 8L;
        for (var i = 0; i < kept; i++) size += old.Param(i).Length;
        foreach (var instruction in entry.Instructions)
            size += instruction.Source switch
            {
                ConversionSource.FromOld => old.Param(instruction.Param).Length,
                ConversionSource.FromEnter => enter.IsEmpty ? 0 : enter.Param(instruction.Param).Length,
                _ => 0,
            };
        var buffer = NextBuffer(checked((int)size));

        var writer = new EventWriter(buffer, entry.To, old.Timestamp, old.ThreadId, count);
        for (var i = 0; i < kept; i++) writer.Bytes(old.Param(i));
        for (var i = 0; i < entry.Instructions.Length; i++)
        {
            var instruction = entry.Instructions[i];
            var type = kept + i < types.Length ? types[kept + i].Type : ParamType.None;
            switch (instruction.Source)
            {
                case ConversionSource.FromOld:
                    if (instruction.Param >= old.ParamCount) throw TooFew("old", instruction.Param, old);
                    writer.Bytes(Capped(old.Param(instruction.Param), type, entry.To));
                    break;
                case ConversionSource.FromEnter when !enter.IsEmpty:
                    if (instruction.Param >= enter.ParamCount) throw TooFew("enter", instruction.Param, enter);
                    writer.Bytes(Capped(enter.Param(instruction.Param), type, entry.To));
                    break;
                case ConversionSource.ContainerJson:
                    writer.Bytes(Capped(container, type, entry.To));
                    break;
                case ConversionSource.Empty:
                case ConversionSource.FromEnter when instruction.FallsBackToEmpty:
                    writer.Empty();
                    break;
                default:
                    writer.Bytes(DefaultValue.Of(type));
                    break;
            }
        }
        if (!enter.IsEmpty) _enters.Forget(old.ThreadId);
        return EventView.Trusted(writer.Finish());
    }

    /// <summary>The thread's enter event if the entry asks for it; it must be of the same syscall.</summary>
    private EventView Enter(ConversionEntry entry, EventView exit)
    {
        var wanted = false;
        foreach (var instruction in entry.Instructions) wanted |= instruction.Source == ConversionSource.FromEnter;
        if (!wanted || !_enters.TryGet(exit.ThreadId, out var record)) return default;
        var enter = EventView.Trusted(record);
        if (enter.Type == exit.Type - 1) return enter;
        throw new ConversionException($"The enter event for '{Label(exit)}' is not the right one! Event found '{Label(enter)}'.");
    }

    /// <summary>Source and result alternate, because a step reads what the one before it wrote.</summary>
    private byte[] NextBuffer(int size)
    {
        (_buffer, _other) = (_other, _buffer);
        if (_buffer.Length < size) _buffer = new byte[size];
        return _buffer;
    }

    private static ReadOnlySpan<byte> Capped(ReadOnlySpan<byte> value, ParamType type, EventType to)
    {
        var length = EventSchema.LengthOf(type);
        var most = EventSchema.IsLarge(to) ? length.Max32 : length.Max16;
        // Types without a limit of their own are bounded by the width of the length.
        if (most == 0) most = EventSchema.IsLarge(to) ? uint.MaxValue : ushort.MaxValue;
        return (uint)value.Length <= most ? value : value[..(int)most];
    }

    private static string Label(EventView e) => $"{e.Info.Name}_{(e.Info.IsEnter ? 'E' : 'X')}";

    private static ConversionException Missing(EventView e) =>
        new($"Required conversion for event (type: {(int)e.Type}, nparams: {e.ParamCount}), but we don't handle it in the table.");

    private static ConversionException TooFew(string which, int param, EventView e) =>
        new($"We want to take parameter '{param}' from {which} event '{(int)e.Type}' but this event has only '{e.ParamCount}' parameters!");
}
