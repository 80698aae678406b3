namespace Peregrine.Sensor.Configuration;

/// <summary>The type that a key's value must have.</summary>
public enum ConfigType
{
    Any,
    Boolean,
    Integer,
    Number,
    Text,
    Sequence,
}

/// <summary>A key of the configuration.</summary>
/// <param name="Path">Dots for nesting, <c>[]</c> for the elements of a sequence.</param>
/// <param name="Type">What its value must be.</param>
/// <param name="Default">Its value when it is not set, as it would be written; null for none.</param>
/// <param name="Help">What it means, in a sentence or two, for the documentation.</param>
public sealed record ConfigKey(string Path, ConfigType Type, string? Default, string Help)
{
    /// <summary>The values that a text may have; empty for any.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Why nothing acts on a key that is known and checked; null for one that has an effect.</summary>
    public string? Inert { get; init; }

    /// <summary>Whether Falco does not know it.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Whether its value may hold credentials, and so is never shown.</summary>
    public bool IsSecret { get; init; }
}

/// <summary>Keys that belong together in the documentation.</summary>
/// <param name="Title">A heading.</param>
/// <param name="Introduction">What they are about.</param>
/// <param name="Keys">In the order of the page.</param>
public sealed record ConfigSection(string Title, string Introduction, IReadOnlyList<ConfigKey> Keys);
