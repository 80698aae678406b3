namespace Peregrine.Outputs;

/// <summary>Why an alert could not be delivered, which decides whether it is tried again.</summary>
public enum DeliveryFailure
{
    /// <summary>Nobody is there to take it, or there is no room for it: it was not delivered, and may be later.</summary>
    Unreachable,

    /// <summary>No answer came in time: it may or may not have arrived.</summary>
    TimedOut,

    /// <summary>The other side failed while it worked on it; the alert itself may be the reason.</summary>
    Failed,

    /// <summary>The other side does not want this alert; trying again is of no use.</summary>
    Rejected,
}

/// <summary>An alert could not be delivered. The message names no secrets: it is logged.</summary>
public sealed class DeliveryException : IOException
{
    public DeliveryException(DeliveryFailure failure, string message)
        : base(message) => Failure = failure;

    public DeliveryException(DeliveryFailure failure, string message, Exception inner)
        : base(message, inner) => Failure = failure;

    public DeliveryException()
    {
    }

    public DeliveryException(string message)
        : base(message)
    {
    }

    public DeliveryException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public DeliveryFailure Failure { get; }

    /// <summary>What kind of failure any exception is.</summary>
    public static DeliveryFailure Classify(Exception e) => e switch
    {
        DeliveryException known => known.Failure,
        TimeoutException => DeliveryFailure.TimedOut,
        IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception or System.Security.Authentication.AuthenticationException => DeliveryFailure.Unreachable,
        _ => DeliveryFailure.Rejected,
    };
}
