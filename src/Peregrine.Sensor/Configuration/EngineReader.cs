namespace Peregrine.Sensor.Configuration;

/// <summary>Reads the <c>engine</c> section.</summary>
internal static class EngineReader
{
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
            (int)reader.Integer("falco_libs.thread_table_size", 1, 16_777_216),
            (int)reader.Integer("falco_libs.snaplen", 0, 65_535));
    }
}
