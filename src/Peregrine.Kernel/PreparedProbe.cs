namespace Peregrine.Kernel;

/// <summary>The probe, loaded for a program that takes it over after an exec (<see cref="KernelProbe.TakeOver"/>). Nothing of it is mapped or read here.</summary>
public sealed class PreparedProbe : IDisposable
{
    private readonly LoadedProbe _loaded;

    private PreparedProbe(LoadedProbe loaded) => _loaded = loaded;

    /// <summary>Loads it; no system call is wanted yet.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="parts">What was read ahead; null to read it now. Belongs to the caller.</param>
    /// <exception cref="KernelException">Something is missing: the message says what, and what to do.</exception>
    public static PreparedProbe Load(KernelProbeOptions options, ProbeParts? parts) => new(KernelProbe.LoadUnread(options, parts));

    /// <summary>Attaches it to its tracepoints.</summary>
    public void Attach() => _loaded.Attach();

    /// <summary>Writes down for <see cref="KernelProbe.TakeOver"/> what this process holds of the attached probe, and lets it be held after an exec.</summary>
    public string HandOver() => _loaded.HandOver();

    public void Dispose() => _loaded.Dispose();
}
