namespace Peregrine.Filters;

/// <summary>Whether defects of the reference are kept.</summary>
public enum FilterSemantics : byte
{
    /// <summary>As the reference does, defects included.</summary>
    Reference,
    /// <summary>As the author of the condition will have meant it.</summary>
    Strict,
}

/// <summary>What compiling a condition needs to know about the machine and the event source.</summary>
public sealed record FilterOptions
{
    public FilterSemantics Semantics { get; init; }

    /// <summary>Names of ports, from <c>/etc/services</c>.</summary>
    public ServiceTable Services { get; init; } = ServiceTable.Empty;

    /// <summary>Names of asynchronous events that plugins announce: valid values of <c>evt.type</c>.</summary>
    public IReadOnlySet<string> AsyncEvents { get; init; } = new HashSet<string>();
}
