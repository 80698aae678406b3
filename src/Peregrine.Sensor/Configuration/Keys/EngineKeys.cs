namespace Peregrine.Sensor.Configuration;

/// <summary>Keys about where events come from.</summary>
internal static class EngineKeys
{
    public static ConfigSection Section { get; } = new(
        "Events",
        "Where events come from, and what is done when there are too many. Changes of `engine` and `falco_libs` take effect when the sensor is started again.",
        [
            new("engine.kind", ConfigType.Text, "modern_ebpf", "`modern_ebpf`: this machine's kernel, through eBPF (`kmod` and `ebpf` mean the same); `replay`: a capture; `nodriver`: none.") { Values = ["modern_ebpf", "kmod", "ebpf", "replay", "nodriver"] },
            new("engine.kmod.buf_size_preset", ConfigType.Integer, "4", "As for `engine.modern_ebpf`, when `engine.kind` is `kmod`."),
            new("engine.kmod.drop_failed_exit", ConfigType.Boolean, "false", "As for `engine.modern_ebpf`, when `engine.kind` is `kmod`."),
            new("engine.modern_ebpf.buf_size_preset", ConfigType.Integer, "4", "The size of a buffer: 1 is 1 MB, each step doubles it, 10 is 512 MB."),
            new("engine.modern_ebpf.cpus_for_each_buffer", ConfigType.Integer, "2", "How many CPUs that memory is for; 0 for all. Each CPU has a ring of its own, which gets its part; while the key is not set, each has a whole buffer."),
            new("engine.modern_ebpf.disable_iterators", ConfigType.Boolean, "false", "Whether what runs at the start is read without the kernel's iterators.") { Inert = "It is read from `/proc`: there are no iterators to disable." },
            new("engine.modern_ebpf.drop_failed_exit", ConfigType.Boolean, "false", "System calls that failed are not recorded."),
            new("engine.replay.capture_file", ConfigType.Text, "", "The capture to replay."),
            new("engine.workers", ConfigType.Any, "auto", "How many threads ask the rules, 1 to 64, each about processes of its own; their alerts are those of one, in the same order. `auto` is 1. [partitions.md](partitions.md) says what more cost and bring.") { IsOwn = true },
            new("falco_libs.snaplen", ConfigType.Integer, "80", "Most bytes recorded of what a call reads or writes, 0 to 65535."),
            new("base_syscalls.all", ConfigType.Boolean, "false", "Reads and writes that no state needs are recorded too when rules ask for them. They come in floods."),
            new("base_syscalls.custom_set", ConfigType.Sequence, "[]", "The system calls that are recorded beside those that rules need, instead of all that keep the state true; `!name` takes one away."),
            new("base_syscalls.custom_set[]", ConfigType.Text, null, "A system call's name, or `!` and its name."),
            new("base_syscalls.repair", ConfigType.Boolean, "false", "Adds to the set the least that keeps processes and descriptors right."),
            new("syscall_event_drops.threshold", ConfigType.Number, "0.1", "The share of dropped events, 0 to 1, above which a second counts as one with drops."),
            new("syscall_event_drops.actions", ConfigType.Sequence, "[\"log\", \"alert\"]", "What is done then: `ignore` alone, or some of `log`, `alert`, `exit`."),
            new("syscall_event_drops.actions[]", ConfigType.Text, null, "An action.") { Values = ["ignore", "log", "alert", "exit"] },
            new("syscall_event_drops.rate", ConfigType.Number, "0.03333", "Actions per second, on average."),
            new("syscall_event_drops.max_burst", ConfigType.Integer, "1", "How many actions may follow each other without a pause."),
            new("syscall_event_drops.simulate_drops", ConfigType.Boolean, "false", "Acts as if an event had been dropped each second, to try the actions."),
            new("syscall_event_timeouts.max_consecutives", ConfigType.Integer, "1000", "After so many timeouts of 30 ms in a row without an event, an internal alert says that none came."),
        ]);
}
