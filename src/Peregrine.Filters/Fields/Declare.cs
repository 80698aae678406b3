using Peregrine.Events;

namespace Peregrine.Filters.Fields;

/// <summary>Short forms of a field's declaration, by the kind of its value.</summary>
internal static class Declare
{
    private const FieldTraits NoOperand = FieldTraits.NoRightHand | FieldTraits.NoTransformer;

    public static Field Text(string name, string display, FieldScope scope, string description, FieldExtractor? extract) =>
        new(name, ParamType.Charbuf, scope, description, extract) { DisplayName = display, Format = PrintFormat.Na };

    public static Field Flag(string name, string display, FieldScope scope, string description, FieldExtractor? extract) =>
        new(name, ParamType.Bool, scope, description, extract) { DisplayName = display, Format = PrintFormat.Na };

    /// <summary>A number that names something: a process id, a descriptor.</summary>
    public static Field Id(string name, ParamType type, string display, FieldScope scope, string description, FieldExtractor? extract) =>
        new(name, type, scope, description, extract) { DisplayName = display, Format = PrintFormat.Id };

    /// <summary>A number that measures something.</summary>
    public static Field Amount(string name, ParamType type, string display, FieldScope scope, string description, FieldExtractor? extract) =>
        new(name, type, scope, description, extract) { DisplayName = display, Format = PrintFormat.Dec };

    public static Field Address(string name, string display, string description, FieldExtractor? extract) =>
        new(name, ParamType.Ipaddr, FieldScope.Fd, description, extract) { DisplayName = display, Format = PrintFormat.Na };

    /// <summary>The part of a number below a second, printed with nine digits.</summary>
    public static Field Padded(this Field field) => field with { Format = PrintFormat._10PaddedDec };

    public static Field Deprecated(this Field field) => field with { Traits = field.Traits | FieldTraits.Deprecated };

    public static Field TableOnly(this Field field) => field with { Traits = field.Traits | FieldTraits.TableOnly };

    /// <summary>Has no single value, only a rule of comparing.</summary>
    public static Field FilterOnly(this Field field, FieldMatcher match) =>
        field with { Traits = field.Traits | FieldTraits.FilterOnly | FieldTraits.OwnComparison | NoOperand, Match = match };

    public static Field ComparedBy(this Field field, FieldMatcher match) => field with { Traits = field.Traits | FieldTraits.OwnComparison, Match = match };

    /// <summary>Of a list of constants only the first counts, as in the reference.</summary>
    public static Field FirstConstantOnly(this Field field) => field with { Traits = field.Traits | FieldTraits.FirstConstantOnly };

    /// <summary>Constants are host names, looked up to be compared with addresses.</summary>
    public static Field HostName(this Field field) => field with { Traits = field.Traits | FieldTraits.HostName };

    /// <summary>The candidate is a distance, and equality asks whether it is at most the constant.</summary>
    public static Field Distance(this Field field) => field with { Traits = field.Traits | FieldTraits.Distance };

    /// <summary>Neither a right-hand side nor an argument of a transformer.</summary>
    public static Field NoOperands(this Field field) => field with { Traits = field.Traits | NoOperand };

    public static Field With(this Field field, FieldArgument argument, FieldTailParser? parser = null) => field with { Argument = argument, ParseTail = parser };
}
