namespace Peregrine.Sensor.Configuration;

/// <summary>Reads <c>syscall_event_drops</c>.</summary>
internal static class DropOptionsReader
{
    private const string ActionsKey = "syscall_event_drops.actions";

    public static DropOptions Read(ConfigReader reader)
    {
        var threshold = reader.Number("syscall_event_drops.threshold");
        if (threshold is < 0 or > 1) throw reader.Invalid("syscall_event_drops.threshold", "syscall event drops threshold must be a double in the range [0, 1]");
        return new DropOptions(
            Actions(reader),
            threshold,
            reader.Number("syscall_event_drops.rate"),
            reader.Number("syscall_event_drops.max_burst"),
            reader.Flag("syscall_event_drops.simulate_drops"));
    }

    private static DropActions Actions(ConfigReader reader)
    {
        if (reader.Node(ActionsKey) is not { } node) return DropActions.Log | DropActions.Alert;
        var actions = DropActions.None;
        var names = reader.Texts(ActionsKey);
        foreach (var name in names)
        {
            actions |= name switch
            {
                "ignore" => DropActions.None,
                "log" => DropActions.Log,
                "alert" => DropActions.Alert,
                "exit" => DropActions.Exit,
                _ => throw new ConfigException($"'{name}' is no action for dropped events; there are ignore, log, alert and exit", node.Place),
            };
        }
        if (names.Contains("ignore") && names.Find(n => n != "ignore") is { } other)
            throw new ConfigException($"syscall event drop action \"{other}\" does not make sense with the \"ignore\" action", node.Place);
        return actions;
    }
}
