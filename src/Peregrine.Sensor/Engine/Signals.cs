using System.Runtime.InteropServices;

namespace Peregrine;

/// <summary>
/// Signals that a service acts on. The framework leaves one alone that was ignored when the process began, as SIGHUP is under <c>nohup</c> and SIGINT behind a script's <c>&amp;</c>; who sends it to a
/// service means it.
/// </summary>
internal static unsafe partial class Signals
{
    /// <summary>Not named by <see cref="PosixSignal"/>: the number it has on Linux.</summary>
    public const PosixSignal User1 = (PosixSignal)10;

    /// <summary>The framework handles this one in any case.</summary>
    private const int Continue = 18;

    /// <summary>What a disposition begins with that ignores the signal (SIG_IGN).</summary>
    private const nint Ignored = 1;

    /// <summary>More than any machine's <c>struct sigaction</c> has, whose first member is the handler.</summary>
    private const int ActionLength = 512;

    /// <summary>Has the signal do this, and nothing else, until the registration ends. It runs on a thread of the pool.</summary>
    public static PosixSignalRegistration On(PosixSignal signal, Action act)
    {
        var registration = PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            act();
        });
        HandleThoughIgnored(Number(signal));
        return registration;
    }

    /// <summary>The framework's one handler for all signals serves this too.</summary>
    private static void HandleThoughIgnored(int number)
    {
        var action = stackalloc byte[ActionLength];
        if (Disposition(number, null, action) != 0 || *(nint*)action != Ignored) return;
        if (Disposition(Continue, null, action) == 0) _ = Disposition(number, action, null);
    }

    private static int Number(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGTERM => 15,
        > 0 => (int)signal,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "no service acts on it"),
    };

    [LibraryImport("libc.so.6", EntryPoint = "sigaction")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Disposition(int number, byte* action, byte* previous);
}
