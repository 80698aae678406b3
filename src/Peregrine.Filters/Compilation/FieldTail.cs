using System.Globalization;
using System.Text;

namespace Peregrine.Filters;

/// <summary>Reads what follows a field's name for fields without a rule of their own: nothing, or an argument in brackets.</summary>
internal static class FieldTail
{
    /// <exception cref="FilterException">The field needs an argument that is not there, or takes none.</exception>
    public static bool TryRead(Field field, string text, int length, out int consumed, out FieldArg arg)
    {
        if (field.ParseTail is { } own) return own(text[length..], out consumed, out arg);
        consumed = 0;
        arg = FieldArg.None;
        var takesArgument = (field.Argument & (FieldArgument.Required | FieldArgument.Allowed)) != 0;
        var hasArgument = length < text.Length && text[length] == '[';
        if (!hasArgument)
        {
            if ((field.Argument & FieldArgument.Required) != 0 && length == text.Length)
                throw new FilterException($"filter {text} {field.Name} requires an argument but none provided");
            return true;
        }
        if (!takesArgument) return true;
        var end = text.LastIndexOf(']');
        if (end < length) throw new FilterException($"filter {text} {field.Name} has a badly-formatted argument");
        arg = Parse(field, text, text[(length + 1)..end]);
        consumed = end + 1 - length;
        return true;
    }

    private static FieldArg Parse(Field field, string text, string argument)
    {
        var isNumber = long.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var index);
        if (!isNumber && (field.Argument & (FieldArgument.Index | FieldArgument.Key)) == FieldArgument.Index)
            throw new FilterException($"filter {text} has a non-numeric argument: {argument}");
        var utf8 = Encoding.UTF8.GetBytes(argument);
        return new FieldArg { Text = argument, Utf8 = utf8, Index = isNumber ? index : -1, Parsed = field.PrepareArgument?.Invoke(utf8) };
    }
}
