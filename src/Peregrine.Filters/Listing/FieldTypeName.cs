using Peregrine.Events;

namespace Peregrine.Filters.Listing;

/// <summary>Names of value types as the reference prints them: <c>CHARBUF</c>, <c>LIST(CHARBUF)</c>.</summary>
public static class FieldTypeName
{
    public static string Of(Field field) => field.IsList ? $"LIST({Of(field.Type)})" : Of(field.Type);

    public static string Of(ParamType type) => type.ToString().ToUpperInvariant();
}
