using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Peregrine.Hub.Destinations.Queues;

/// <summary>Kafka's client is the system's librdkafka; the package that talks to it looks for copies of its own under other names.</summary>
internal static class KafkaLibrary
{
    private const string File = "librdkafka.so.1";

    private static readonly Lazy<bool> Found = new(Find);

    /// <exception cref="IOException">The machine does not have it.</exception>
    public static void Demand()
    {
        if (!Found.Value) throw new IOException($"{File} is missing; install librdkafka (Debian: librdkafka1)");
    }

    private static bool Find()
    {
        NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, static (name, _, _) => name.Contains("librdkafka", StringComparison.Ordinal) ? NativeLibrary.Load(File)
            : name.StartsWith("libdl", StringComparison.Ordinal) ? NativeLibrary.Load("libc.so.6") : 0);
        return NativeLibrary.TryLoad(File, out _);
    }
}
