namespace Peregrine.Sensor;

/// <summary>The sensor cannot do what it was asked; the message says why and what to do about it.</summary>
public sealed class SensorException : Exception
{
    public SensorException()
    {
    }

    public SensorException(string message)
        : base(message)
    {
    }

    public SensorException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
