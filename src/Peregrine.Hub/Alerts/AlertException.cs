namespace Peregrine.Hub.Alerts;

/// <summary>What a sender posted is no alert. The message says what is wrong, for the answer's text.</summary>
public sealed class AlertException : Exception
{
    public AlertException()
    {
    }

    public AlertException(string message)
        : base(message)
    {
    }

    public AlertException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
