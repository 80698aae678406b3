namespace Peregrine.Sensor.Configuration;

/// <summary>A mistake in the configuration: the message, and where it was made when that is known.</summary>
public sealed class ConfigException : Exception
{
    public ConfigException()
    {
    }

    public ConfigException(string message)
        : base(message)
    {
    }

    public ConfigException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ConfigException(string message, ConfigPlace place)
        : base(message)
    {
        Place = place;
    }

    public ConfigPlace? Place { get; }
}
