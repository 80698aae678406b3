using Peregrine.Outputs;

namespace Peregrine.Sensor.Configuration;

/// <summary>Reads the outputs' sections.</summary>
internal static class OutputOptionsReader
{
    /// <summary>An unlimited queue (the reference's 0) would trade memory for alerts that nobody takes; this many is the most that wait.</summary>
    private const int DefaultCapacity = 100_000;

    public static OutputOptions Read(ConfigReader reader)
    {
        var timeout = TimeSpan.FromMilliseconds(reader.Integer("output_timeout", 1, 3_600_000));
        return new OutputOptions(
            reader.Flag("stdout_output.enabled"),
            reader.Flag("buffered_outputs"),
            File(reader),
            reader.Flag("syslog_output.enabled") ? SyslogOptionsReader.Read(reader, timeout) : null,
            Program(reader),
            reader.Flag("http_output.enabled") ? HttpOptionsReader.Read(reader, timeout) : null,
            timeout,
            Queue(reader));
    }

    /// <summary>A time of its own for one output; <c>output_timeout</c> where there is none.</summary>
    public static TimeSpan Timeout(ConfigReader reader, string path, TimeSpan general) =>
        reader.Text(path).Length == 0 ? general : reader.Duration(path, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));

    /// <summary>One of a few words.</summary>
    public static T Choice<T>(ConfigReader reader, string path, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var text = reader.Text(path);
        var words = new List<string>();
        foreach (var (word, value) in choices)
        {
            if (word == text) return value;
            words.Add(word);
        }
        throw reader.Invalid(path, $"'{path}' must be {string.Join(", ", words[..^1])} or {words[^1]}, not '{text}'");
    }

    private static QueueOptions Queue(ConfigReader reader)
    {
        var capacity = (int)reader.Integer("outputs_queue.capacity", 0, int.MaxValue);
        return new QueueOptions
        {
            Capacity = capacity == 0 ? DefaultCapacity : capacity,
            CapacityBytes = reader.Size("outputs_queue.memory", 1 << 20, 64L << 30),
            WhenFull = Choice(reader, "outputs_queue.when_full", ("drop_newest", FullQueuePolicy.DropNewest), ("drop_oldest", FullQueuePolicy.DropOldest)),
        };
    }

    private static FileOutputOptions? File(ConfigReader reader)
    {
        if (!reader.Flag("file_output.enabled")) return null;
        var path = reader.Text("file_output.filename");
        return path.Length > 0 ? new FileOutputOptions(path, reader.Flag("file_output.keep_alive")) : throw reader.Invalid("file_output.filename", "the file output is enabled and has no filename");
    }

    private static ProgramOutputOptions? Program(ConfigReader reader)
    {
        if (!reader.Flag("program_output.enabled")) return null;
        var command = reader.Text("program_output.program");
        if (command.Length == 0) throw reader.Invalid("program_output.program", "the program output is enabled and has no program");
        return new ProgramOutputOptions(command, reader.Flag("program_output.keep_alive"), reader.Duration("program_output.timeout", TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)));
    }
}
