using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>
/// A parameter whose type differs from event to event (<c>evt.rawarg</c>), as conditions compare it: read as the type that the condition was checked with, from as many bytes as the event gives.
/// A number without bytes is no value; outputs print it as 0.
/// </summary>
internal sealed class RawArgumentSource(FieldReference reference) : FieldSource(reference)
{
    private readonly ValueClass _class = ValueClasses.Of(reference.Type);
    private readonly int _size = ValueClasses.SizeOf(reference.Type);

    public override ParamType Type => Reference.Type;

    public override bool TryGet(ref EventContext context, ref FieldValue value)
    {
        if (!base.TryGet(ref context, ref value)) return false;
        if (_class is ValueClass.Text or ValueClass.Bytes) return true;
        var bytes = value.Bytes;
        if (bytes.IsEmpty) return false;
        if (bytes.Length > _size) bytes = bytes[.._size];
        ulong number = 0;
        for (var i = bytes.Length - 1; i >= 0; i--) number = number << 8 | bytes[i];
        var unused = 64 - 8 * bytes.Length;
        value.Number = _class == ValueClass.Signed ? (long)(number << unused) >> unused : (long)number;
        return true;
    }
}
