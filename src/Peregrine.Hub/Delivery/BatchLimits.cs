namespace Peregrine.Hub.Delivery;

/// <summary>How much a destination takes in one delivery.</summary>
/// <param name="MaxAlerts">Most alerts together.</param>
/// <param name="MaxBytes">Most bytes of their JSON together; one alert alone may be larger.</param>
/// <param name="MaxWait">How long a batch that is not full waits for more; zero sends what is there.</param>
public readonly record struct BatchLimits(int MaxAlerts, int MaxBytes, TimeSpan MaxWait)
{
    /// <summary>One alert, one message: chats, pagers, mail.</summary>
    public static BatchLimits One { get; } = new(1, int.MaxValue, TimeSpan.Zero);

    /// <summary>Whatever waits, up to a number: services with a call for many at once, and connections on which alerts follow each other.</summary>
    public static BatchLimits Many(int alerts, int bytes = 4 * 1024 * 1024) => new(alerts, bytes, TimeSpan.Zero);
}
