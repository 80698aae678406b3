namespace Peregrine.Filters;

/// <summary>What a warning is about.</summary>
public enum FilterWarningKind : byte
{
    /// <summary>A regular expression that a cheaper operator could replace.</summary>
    NeedlessRegex,
    /// <summary>A constant that is a field's name.</summary>
    FieldAsConstant,
    /// <summary>A constant that looks like a transformer.</summary>
    TransformerAsConstant,
    /// <summary>Only the first of several networks is looked at (a defect of the reference that is kept).</summary>
    FirstNetworkOnly,
    /// <summary>A transformed list equals no constant (a defect of the reference that is kept).</summary>
    TransformedListNeverEqual,
    /// <summary>A number that does not fit the field's type and wraps around (kept from the reference).</summary>
    NumberOutOfRange,
}

/// <summary>Something in a condition that is allowed and probably not meant.</summary>
/// <param name="Kind">Ours; the first three are the reference's own warnings.</param>
/// <param name="Message">The text, the reference's where it has one.</param>
/// <param name="Position">Where the constant stands.</param>
public sealed record FilterWarning(FilterWarningKind Kind, string Message, SourcePosition Position)
{
    /// <summary>Whether the reference gives this warning too.</summary>
    public bool IsReference => Kind <= FilterWarningKind.TransformerAsConstant;
}
