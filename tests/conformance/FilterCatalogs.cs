using System.Text;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Filters.Fields;

namespace Peregrine.ConformanceTests;

/// <summary>The fields that the groups about conditions compile with.</summary>
internal static class FilterCatalogs
{
    /// <summary>The fields of system calls, without plugins, and the static field that one of the reference's tests configures.</summary>
    public static FieldCatalog Default { get; } = new([.. SyscallFields.All, .. StaticFields.Of([new("example", "example_value")])]);

    /// <summary>Those, and fields whose answer is known.</summary>
    public static FieldCatalog Mock { get; } = new([.. Fields(), .. SyscallFields.All]);

    public static FilterOptions Options { get; } = new() { Services = ServiceTable.Load("/etc/services") };

    public static FieldCatalog Of(string fields) => fields == "mock" ? Mock : Default;

    private static IEnumerable<Field> Fields() =>
    [
        Answer("c.true", true),
        Answer("c.false", false),
        Answer("c.buffer", false) with { Type = ParamType.Bytebuf },
        Text("c.doublequote", "hello \"quoted\""),
        Text("c.singlequote", "hello 'quoted'"),
    ];

    private static Field Answer(string name, bool answer) =>
        new(name, ParamType.Charbuf, FieldScope.Event, "", null) { Class = "mock", Match = (ref _, _, ref _, _) => answer };

    private static Field Text(string name, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return new(name, ParamType.Charbuf, FieldScope.Event, "", (ref _, _, ref v) => v.Set(utf8)) { Class = "mock" };
    }
}
