namespace Peregrine.Rules;

/// <summary>A part of a condition with what it was for an event.</summary>
/// <param name="Part">The part.</param>
/// <param name="Holds">Whether it was true.</param>
/// <param name="Parts">What it consists of, likewise.</param>
public sealed record ExplainedPart(ConditionPart Part, bool Holds, IReadOnlyList<ExplainedPart> Parts)
{
    /// <summary>A check's value; null when the event has none, or the part is no check.</summary>
    public string? Value { get; init; }

    /// <summary>The value of the field that it is compared with; null when there is none.</summary>
    public string? OtherValue { get; init; }

    /// <summary>Whether this part alone made the whole condition true or false: once it was known, the rest did not matter.</summary>
    public bool Decides { get; private set; }

    /// <summary>The operands that made it what it is: all of an <c>and</c> that holds, those that failed of one that does not; the other way round for <c>or</c>.</summary>
    public IEnumerable<ExplainedPart> Reasons => Part.Kind switch
    {
        PartKind.And when !Holds => Parts.Where(static p => !p.Holds),
        PartKind.Or when Holds => Parts.Where(static p => p.Holds),
        _ => Parts,
    };

    /// <summary>Marks the way from here to the first part that decided, reading from left to right as the condition does.</summary>
    internal ExplainedPart MarkDecisive()
    {
        for (var part = this; ; part = part.Reasons.First())
        {
            var alone = part.Part.Kind switch
            {
                PartKind.Check => false,
                PartKind.And => !part.Holds,
                PartKind.Or => part.Holds,
                _ => true,
            };
            if (alone) continue;
            // Where all operands were needed, none of them decided alone.
            part.Decides = part != this || part.Part.Kind == PartKind.Check;
            return this;
        }
    }
}
