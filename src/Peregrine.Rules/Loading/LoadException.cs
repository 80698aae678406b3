namespace Peregrine.Rules;

/// <summary>Ends the loading of a file with an error; never leaves <see cref="RuleLoader"/>.</summary>
internal sealed class LoadException(LoadErrorCode code, string message, LoadContext context) : Exception(message)
{
    public LoadErrorCode Code { get; } = code;

    public LoadContext Context { get; } = context;
}
