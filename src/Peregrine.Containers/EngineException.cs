namespace Peregrine.Containers;

/// <summary>An engine refused, or answered something that makes no sense; the message says what.</summary>
public sealed class EngineException : Exception
{
    public EngineException()
    {
    }

    public EngineException(string message)
        : base(message)
    {
    }

    public EngineException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
