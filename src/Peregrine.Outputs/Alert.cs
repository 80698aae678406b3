namespace Peregrine.Outputs;

/// <summary>How grave an alert is. The numbers are those of syslog severities.</summary>
public enum AlertPriority : byte
{
    Emergency = 0,
    Alert = 1,
    Critical = 2,
    Error = 3,
    Warning = 4,
    Notice = 5,
    Informational = 6,
    Debug = 7,
}

/// <summary>An alert in its final form, shared by every output: nobody changes it after it was made.</summary>
public sealed class Alert
{
    /// <summary>What an alert weighs beside its texts, about: the object, its place in queues.</summary>
    private const int Overhead = 160;

    /// <summary>When the event happened, ns since the epoch.</summary>
    public required ulong Time { get; init; }

    public required AlertPriority Priority { get; init; }

    /// <summary>The rule's name.</summary>
    public required string Rule { get; init; }

    /// <summary>Where the event came from: <c>syscall</c>, a plugin's source, or <c>internal</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The text or the JSON object in UTF-8, ending with one line feed.</summary>
    public required ReadOnlyMemory<byte> Line { get; init; }

    /// <summary>The same without the line feed.</summary>
    public ReadOnlyMemory<byte> Body => Line[..^1];

    /// <summary>For outputs that send an alert's parts apart; null unless such an output is configured.</summary>
    public AlertParts? Parts { get; init; }

    /// <summary>How much memory it takes while it waits, in bytes, about.</summary>
    public int Weight => Overhead + Line.Length + (Parts is { } parts ? parts.Text.Length + parts.Fields.Length : 0);
}

/// <summary>What an alert is made of, each part in UTF-8.</summary>
/// <param name="Hostname">The machine's name.</param>
/// <param name="Tags">The rule's tags.</param>
/// <param name="Text">Time, priority and message, as in text alerts and in <c>output</c>, without a line feed.</param>
/// <param name="Fields">The JSON object of the output fields.</param>
public sealed record AlertParts(string Hostname, IReadOnlyList<string> Tags, ReadOnlyMemory<byte> Text, ReadOnlyMemory<byte> Fields);
