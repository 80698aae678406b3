using System.Text;
using Peregrine.Events;

namespace Peregrine.Filters.Fields;

/// <summary>Fields whose value the configuration gives (<c>static_fields</c>): the same for every event of every source.</summary>
public static class StaticFields
{
    /// <param name="values">By the part of the name behind <c>static.</c>.</param>
    public static IReadOnlyList<Field> Of(IEnumerable<KeyValuePair<string, string>> values) => [.. values.Select(static v => Make(v.Key, v.Value))];

    private static Field Make(string name, string value)
    {
        var utf8 = Encoding.UTF8.GetBytes(value);
        return new Field($"static.{name}", ParamType.Charbuf, FieldScope.Constant, "A constant from the configuration.", (ref _, _, ref v) => v.Set(utf8))
        {
            Class = "static",
            DisplayName = name,
            Format = PrintFormat.Na,
        };
    }
}
