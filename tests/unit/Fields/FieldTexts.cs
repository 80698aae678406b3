using System.Text;
using Peregrine.Filters;
using Peregrine.Filters.Fields;
using Peregrine.State;

namespace Peregrine.UnitTests.Fields;

/// <summary>Reads fields and conditions of an event as people write them.</summary>
internal static class FieldTexts
{
    public static FieldCatalog Catalog { get; } = new([.. SyscallFields.All, .. ContainerFields.All]);

    /// <summary>The text of a field; null when it has no value.</summary>
    public static string? Of(ref EventContext context, string name)
    {
        var reference = Catalog.Resolve(name);
        var buffer = new ValueBuffer();
        var value = new FieldValue(buffer);
        if (reference.Field.Extract is not { } extract || !extract(ref context, reference.Arg, ref value)) return null;
        buffer.Begin();
        ValueRenderer.Append(ref value, reference.Field.Type, reference.Field.Format, buffer);
        return Encoding.UTF8.GetString(buffer.End());
    }

    public static bool Holds(ref EventContext context, string condition) =>
        new FilterCompiler(Catalog, null).Compile(ConditionParser.Parse(condition)).Matches(ref context, new EvaluationScratch());
}
