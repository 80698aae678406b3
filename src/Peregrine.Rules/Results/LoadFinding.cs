namespace Peregrine.Rules;

/// <summary>An error: its file was not taken.</summary>
public sealed record LoadError(LoadErrorCode Code, string Message, LoadContext Context);

/// <summary>A warning: the file was taken.</summary>
public sealed record LoadWarning(LoadWarningCode Code, string Message, LoadContext Context)
{
    /// <summary>The field that is no longer filled, for <see cref="LoadWarningCode.DeprecatedItem"/> about a field.</summary>
    public string? DeprecatedField { get; init; }
}
