namespace Peregrine.Sensor.Configuration;

/// <summary>Keys about what is remembered, and how much the sensor may use.</summary>
internal static class StateKeys
{
    public static ConfigSection Section { get; } = new(
        "State, budgets and privileges",
        "How much is remembered of the machine, how containers are asked about, and what the sensor may use and do.",
        [
            new("falco_libs.thread_table_size", ConfigType.Integer, "262144", "Most threads that are remembered."),
            new("falco_libs.thread_table_auto_purging_interval_s", ConfigType.Integer, "300", "How often silent threads are looked for, in seconds."),
            new("falco_libs.thread_table_auto_purging_thread_timeout_s", ConfigType.Integer, "300", "How long a thread may be silent before it is asked whether it still exists, in seconds."),
            new("state_limits.threads", ConfigType.Text, "256MiB", "Most memory for threads. Beyond it go environments and long arguments, then the processes silent for longest.") { IsOwn = true },
            new("state_limits.descriptors", ConfigType.Text, "256MiB", "Most memory for descriptors. Beyond it go those of the processes silent for longest.") { IsOwn = true },
            new("budget.cpu", ConfigType.Number, "0", "Most processors that the sensor may use, such as 0.5; 0 for no limit. When it uses more, reads, writes and waits are not recorded any more, then files and sockets; the life of processes always is. It says so, and takes it back when there is room again.") { IsOwn = true },
            new("budget.memory", ConfigType.Text, "0", "Most resident memory, such as 256MiB; 0 for no limit. When it uses more, half of what may be remembered is given up, then events as for `budget.cpu`.") { IsOwn = true },
            new("least_privilege.enabled", ConfigType.Boolean, "true", "Whether the sensor gives up what it does not need once the probe is attached: see security.md. A change takes a new start.") { IsOwn = true },
            new("least_privilege.keep_capabilities", ConfigType.Sequence, null, "Capabilities that it keeps in any case, for programs that alerts are given to.") { IsOwn = true },
            new("least_privilege.keep_capabilities[]", ConfigType.Text, null, "A capability, such as CAP_KILL.") { IsOwn = true },
            new("container_metadata.request_timeout_ms", ConfigType.Integer, "2000", "How long an engine may take to answer.") { IsOwn = true },
            new("container_metadata.alert_hold_ms", ConfigType.Integer, "500", "How long an alert may wait for what its container is; 0 for not at all.") { IsOwn = true },
            new("container_metadata.max_held_events", ConfigType.Integer, "10000", "Most alerts that wait for it at one time.") { IsOwn = true },
        ]);
}
