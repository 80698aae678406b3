namespace Peregrine.Hub.Alerts;

/// <summary>One output field of an alert.</summary>
public readonly record struct AlertField(string Name, AlertValue Value);

/// <summary>
/// An alert as the hub keeps and sends it: what a sensor reported, completed by the hub's own fields and tags. Immutable once it is made, so that all destinations can share one.
/// </summary>
public sealed record Alert
{
    private static readonly string[] NoTags = [];
    private static readonly AlertField[] NoFields = [];

    /// <summary>The identity that the hub gave it when it came in; the same in the store, in all deliveries and in their retries.</summary>
    public required Guid Id { get; init; }

    /// <summary>When the event happened, in nanoseconds since 1970 (UTC).</summary>
    public required long UnixNanoseconds { get; init; }

    public required AlertPriority Priority { get; init; }

    public required string Rule { get; init; }

    /// <summary>The line for people, with time and priority in front if the sensor wrote them; may be empty.</summary>
    public string Output { get; init; } = "";

    /// <summary>Where the event came from (<c>syscall</c>, <c>k8s_audit</c>, …): free text, the list is open.</summary>
    public string Source { get; init; } = "";

    /// <summary>The sensor's machine; empty when it did not say.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>Sorted by their bytes.</summary>
    public IReadOnlyList<string> Tags { get; init; } = NoTags;

    /// <summary>In the order they came, the hub's own behind them; names are unique.</summary>
    public IReadOnlyList<AlertField> Fields { get; init; } = NoFields;

    /// <summary>The time with a resolution of 100 ns.</summary>
    public DateTimeOffset Time => DateTimeOffset.UnixEpoch.AddTicks(UnixNanoseconds / 100);

    /// <summary>A test alert goes to every destination, whatever its least priority is.</summary>
    public bool IsTest => Rule == TestRule;

    public const string TestRule = "Test rule";

    /// <summary>The field's value; null when the alert does not have it.</summary>
    public AlertValue? Find(string name)
    {
        foreach (var field in Fields)
            if (field.Name == name) return field.Value;
        return null;
    }

    /// <summary>The field's text; empty when it is absent or null.</summary>
    public string FieldText(string name) => Find(name)?.Text ?? "";

    /// <summary>The fields whose values are text, sorted by name: what most chat services show.</summary>
    public IEnumerable<AlertField> TextFields() => Fields.Where(f => f.Value.IsText).OrderBy(f => f.Name, StringComparer.Ordinal);

    /// <summary>The time as sensors write it: RFC 3339 in UTC, with as many digits of a second as it needs.</summary>
    public string TimeText() => AlertTime.Format(UnixNanoseconds);

    /// <summary>The event as JSON, in the form that every destination for plain events sends.</summary>
    public byte[] ToJson() => AlertWriter.ToJson(this);
}
