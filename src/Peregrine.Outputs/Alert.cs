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
}
