using System.Text;
using Peregrine.Events;
using Peregrine.Filters;

namespace Peregrine.Sensor.Engine;

/// <summary>The fields of <c>static_fields</c>: <c>static.NAME</c> has the configured text for every event.</summary>
internal static class StaticFields
{
    public static IEnumerable<Field> Of(IReadOnlyDictionary<string, string> texts)
    {
        foreach (var (name, text) in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            yield return new Field("static." + name, ParamType.Charbuf, FieldScope.Constant, "set by the configuration", (ref _, _, ref value) => value.Set(bytes)) { Class = "static" };
        }
    }
}
