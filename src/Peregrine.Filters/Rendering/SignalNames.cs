namespace Peregrine.Filters.Rendering;

/// <summary>Symbols of Linux signals.</summary>
public static class SignalNames
{
    private static readonly byte[][] Names =
    [
        [], [.. "SIGHUP"u8], [.. "SIGINT"u8], [.. "SIGQUIT"u8], [.. "SIGILL"u8], [.. "SIGTRAP"u8], [.. "SIGABRT"u8], [.. "SIGBUS"u8], [.. "SIGFPE"u8], [.. "SIGKILL"u8], [.. "SIGUSR1"u8],
        [.. "SIGSEGV"u8], [.. "SIGUSR2"u8], [.. "SIGPIPE"u8], [.. "SIGALRM"u8], [.. "SIGTERM"u8], [.. "SIGSTKFLT"u8], [.. "SIGCHLD"u8], [.. "SIGCONT"u8], [.. "SIGSTOP"u8], [.. "SIGTSTP"u8],
        [.. "SIGTTIN"u8], [.. "SIGTTOU"u8], [.. "SIGURG"u8], [.. "SIGXCPU"u8], [.. "SIGXFSZ"u8], [.. "SIGVTALRM"u8], [.. "SIGPROF"u8], [.. "SIGWINCH"u8], [.. "SIGIO"u8], [.. "SIGPWR"u8], [.. "SIGSYS"u8],
    ];

    /// <summary>The symbol of a signal; empty for numbers that have none.</summary>
    public static ReadOnlySpan<byte> Of(long number) => (ulong)number < (ulong)Names.Length ? Names[number] : default;
}
