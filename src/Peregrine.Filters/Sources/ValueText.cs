using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>Values as the texts that transformers take.</summary>
internal static class ValueText
{
    /// <summary>The text of a single value; numbers as they are printed.</summary>
    public static ReadOnlySpan<byte> Of(ValueSource source, ref FieldValue value)
    {
        if (ValueClasses.Of(source.Type) is ValueClass.Text or ValueClass.Bytes) return value.Bytes;
        var buffer = value.Buffer;
        buffer.Begin();
        ValueRenderer.Append(ref value, source.Type, (source as FieldSource)?.Reference.Field.Format ?? PrintFormat.Dec, buffer);
        return buffer.End();
    }

    public static void AddAll(ValueSource source, ref FieldValue value, ListValue target)
    {
        if (value.List is not { } list) return;
        var isText = ValueClasses.Of(source.Type) == ValueClass.Text;
        for (var i = 0; i < list.Count; i++)
        {
            if (isText) target.Add(list.Text(i));
            else
            {
                var element = new FieldValue(value.Buffer) { Number = list.Number(i), Bytes = list.Text(i) };
                target.Add(Of(source, ref element));
            }
        }
    }
}
