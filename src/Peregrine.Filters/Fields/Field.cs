using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>What a field's value depends on, from the least to the most changing. A predicate's result may be remembered for as long as its scope does not change.</summary>
public enum FieldScope : byte
{
    Constant,
    Container,
    /// <summary>The process and its ancestors.</summary>
    Lineage,
    Process,
    Fd,
    Event,
}

/// <summary>What may or must stand in brackets after a field's name.</summary>
[Flags]
public enum FieldArgument : byte
{
    None = 0,
    Required = 1,
    Allowed = 2,
    Index = 4,
    Key = 8,
    /// <summary>The argument follows a dot instead of standing in brackets (<c>evt.arg.name</c>, <c>thread.cgroup.cpu</c>).</summary>
    Suffix = 16,
}

/// <summary>What the reference's flags of a field say (<c>EPF_*</c>).</summary>
[Flags]
public enum FieldTraits : ushort
{
    None = 0,
    /// <summary>For conditions only: it has no value to print.</summary>
    FilterOnly = 1,
    /// <summary>For output only.</summary>
    PrintOnly = 2,
    List = 4,
    NoRightHand = 8,
    NoTransformer = 16,
    Deprecated = 32,
    /// <summary>Compared by a rule of its own (see <see cref="Field.Match"/>).</summary>
    OwnComparison = 64,
    /// <summary>Made for tables; left out of listings.</summary>
    TableOnly = 128,
    /// <summary>Of a list of constants the reference looks at the first only (<c>fd.net</c>).</summary>
    FirstConstantOnly = 256,
    /// <summary>Equality means that the value is at most the constant: the field gives a distance (<c>evt.around</c>, in milliseconds).</summary>
    Distance = 512,
    /// <summary>The candidates are addresses, and the constants host names that stand for theirs (<c>fd.*ip.name</c>).</summary>
    HostName = 1024,
    /// <summary>All events of one type have the same value, but for types that stand for many calls or names (<c>evt.type</c>).</summary>
    SameForType = 2048,
    /// <summary>Of an event that uses a known descriptor, and is no <c>connect</c>, the value depends on that descriptor only, whatever the scope says for other events (<c>fd.name</c>).</summary>
    OfKnownDescriptor = 4096,
}

/// <summary>A field's argument, parsed once when the condition is compiled.</summary>
public sealed class FieldArg
{
    public static readonly FieldArg None = new();

    /// <summary>The text between the brackets; null when there were none.</summary>
    public string? Text { get; init; }

    public byte[] Utf8 { get; init; } = [];

    /// <summary>The number, for index arguments; -1 without.</summary>
    public long Index { get; init; } = -1;

    /// <summary>Whatever the field's parser made of the argument (a parameter name resolved per event type…).</summary>
    public object? Parsed { get; init; }

    /// <summary>
    /// For fields of type <see cref="ParamType.Dyn"/> (<c>evt.rawarg.x</c>): the parameter whose type the condition is checked and compared with. Null for the others, whose type is <see cref="Field.Type"/>.
    /// </summary>
    public ParamInfo? Param { get; init; }
}

/// <summary>
/// Reads a field's argument from the text that directly follows its name (<c>[1]</c>, <c>.name</c>, or nothing). False when the text is not for this field, so that it names no field at all;
/// <paramref name="consumed"/> says how much of it belongs to the field. Throws <see cref="FilterException"/> with the reference's message where that has one of its own.
/// </summary>
public delegate bool FieldTailParser(string tail, out int consumed, out FieldArg arg);

/// <summary>Extracts a field's value. False when it has none. Must not allocate; texts must stay valid until the event is done.</summary>
public delegate bool FieldExtractor(ref EventContext context, FieldArg arg, ref FieldValue value);

/// <summary>A field of the language, declared once: its name, type, what it depends on, how it is extracted, what it means.</summary>
public sealed record Field(string Name, ParamType Type, FieldScope Scope, string Description, FieldExtractor? Extract)
{
    public FieldArgument Argument { get; init; }

    public FieldTraits Traits { get; init; }

    /// <summary>What its value needs to be known of a container; may be missing at first and come later.</summary>
    public ContainerFacts Awaits { get; init; }

    public PrintFormat Format { get; init; } = PrintFormat.Dec;

    /// <summary>The class it is listed under: evt, process, user, group, fd, fs.path, util, fdlist, or a plugin's name.</summary>
    public string Class { get; init; } = "";

    public string DisplayName { get; init; } = "";

    /// <summary>Reads the argument when a condition is compiled. Null for fields without an argument, and for those that take any text in brackets as <see cref="Argument"/> says.</summary>
    public FieldTailParser? ParseTail { get; init; }

    /// <summary>Makes an argument ready for the extractor, once: <see cref="FieldArg.Parsed"/>. Null where its text will do.</summary>
    public Func<byte[], object>? PrepareArgument { get; init; }

    /// <summary>
    /// For fields that are compared by a rule of their own (<see cref="FieldTraits.OwnComparison"/>): which endpoint or ancestor satisfies the operator.
    /// The evaluator calls it instead of extracting; the callback is given every candidate value and says whether the condition holds for it.
    /// </summary>
    public FieldMatcher? Match { get; init; }

    public bool IsList => (Traits & FieldTraits.List) != 0;
}

/// <summary>Tests one candidate value of a field that has several (an ancestor's name, an endpoint's port).</summary>
public interface ICandidateTest
{
    /// <summary>True when the operator holds between this candidate and the constant(s).</summary>
    bool Holds(ref EventContext context, ref FieldValue candidate);

    /// <summary>Whether the operator is <c>!=</c>, for which some fields ask all candidates instead of any.</summary>
    bool IsNegative { get; }
}

/// <summary>Decides a condition on a field with several candidates; false when there is none.</summary>
public delegate bool FieldMatcher(ref EventContext context, FieldArg arg, ref FieldValue scratch, ICandidateTest test);

/// <summary>A mistake in a condition or an output format; <see cref="Exception.Message"/> is the text to show.</summary>
public sealed class FilterException : Exception
{
    public FilterException()
    {
    }

    public FilterException(string message)
        : base(message)
    {
    }

    public FilterException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Offset in the text, from 0; -1 when the mistake has no place.</summary>
    public int Offset { get; init; } = -1;

    /// <summary>Where in a condition the mistake is: the place of the node that does not compile. The compiler sets it on its way out.</summary>
    public SourcePosition Position { get; set; } = SourcePosition.Start;
}
