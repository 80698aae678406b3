namespace Peregrine.Rules;

/// <summary>Constructs whose meaning in the reference is hardly what their author meant. <c>docs/differences.md</c> explains each.</summary>
public enum AdviceCode : byte
{
    /// <summary>A list's name inside a quoted text is replaced by its items.</summary>
    ListNameInQuotes,
    /// <summary>An appended <c>and</c> binds to the last operand of an <c>or</c> only.</summary>
    AppendBindsToLastOr,
    /// <summary><c>fd.net in (…)</c> looks at the first network only.</summary>
    FdNetFirstOnly,
    /// <summary>A transformed list is compared with its values' terminators.</summary>
    TransformedListNeverEqual,
    /// <summary>A number wraps around.</summary>
    NumberOutOfRange,
}

/// <summary>A warning of our own, with what to do about it.</summary>
public sealed record Advice(AdviceCode Code, string Message, string Mend, LoadContext Context)
{
    public string CodeName => Code switch
    {
        AdviceCode.ListNameInQuotes => "PEREGRINE_LIST_NAME_IN_QUOTES",
        AdviceCode.AppendBindsToLastOr => "PEREGRINE_APPEND_BINDS_TO_LAST_OR",
        AdviceCode.FdNetFirstOnly => "PEREGRINE_FD_NET_FIRST_ONLY",
        AdviceCode.TransformedListNeverEqual => "PEREGRINE_TRANSFORMED_LIST_NEVER_EQUAL",
        _ => "PEREGRINE_NUMBER_OUT_OF_RANGE",
    };
}
