using System.Globalization;

namespace Peregrine.Sensor.Configuration;

/// <summary>Reads the <c>engine</c> section.</summary>
internal static class EngineReader
{
    private const long Megabyte = 1024 * 1024;
    private const long LongestInterval = 365 * 86_400;
    private const int MostWorkers = 64;
    private const string WorkersKey = "engine.workers";
    private const string CpusKey = "engine.modern_ebpf.cpus_for_each_buffer";

    public static EngineOptions Read(ConfigReader reader)
    {
        var name = reader.Text("engine.kind");
        var kind = name switch
        {
            "modern_ebpf" or "kmod" or "ebpf" => EngineKind.Kernel,
            "replay" => EngineKind.Replay,
            "nodriver" => EngineKind.NoDriver,
            _ => throw reader.Invalid("engine.kind", $"'{name}' is no kind of engine; there are modern_ebpf, replay and nodriver (kmod and ebpf mean modern_ebpf)"),
        };
        var file = reader.Text("engine.replay.capture_file");
        if (kind == EngineKind.Replay && file.Length == 0) throw reader.Invalid("engine.kind", "the engine kind 'replay' needs a capture: set engine.replay.capture_file");
        var section = name == "kmod" ? "engine.kmod" : "engine.modern_ebpf";
        return new EngineOptions(
            kind,
            file,
            (int)reader.Integer(section + ".buf_size_preset", 1, 10),
            CpusPerBuffer(reader),
            reader.Flag(section + ".drop_failed_exit"),
            (int)reader.Integer("falco_libs.snaplen", 0, 65_535),
            new StateLimits(
                (int)reader.Integer("falco_libs.thread_table_size", 1, 16_777_216),
                reader.Size("state_limits.threads", Megabyte, 1024 * 1024 * Megabyte),
                reader.Size("state_limits.descriptors", Megabyte, 1024 * 1024 * Megabyte),
                TimeSpan.FromSeconds(reader.Integer("falco_libs.thread_table_auto_purging_interval_s", 1, LongestInterval)),
                TimeSpan.FromSeconds(reader.Integer("falco_libs.thread_table_auto_purging_thread_timeout_s", 1, LongestInterval))),
            Workers(reader));
    }

    /// <summary>With <c>auto</c> one: on no machine that was measured do more pay unless there are very many rules.</summary>
    private static int Workers(ConfigReader reader) =>
        reader.Text(WorkersKey) == "auto" ? 1 : reader.Text(WorkersKey) is var text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var workers) && workers is >= 1 and <= MostWorkers
            ? workers
            : throw reader.Invalid(WorkersKey, $"'{WorkersKey}' must be 'auto' or a whole number from 1 to {MostWorkers}, not '{text}'");

    /// <summary>Only when it is asked for: by default each CPU has all of the memory to itself, which is what keeps losses rare.</summary>
    private static int CpusPerBuffer(ConfigReader reader) =>
        reader.Node(CpusKey) is null ? 1 : (int)reader.Integer(CpusKey, 0, 1024);
}
