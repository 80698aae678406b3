namespace Peregrine.Capture;

/// <summary>Limits of the format and of this implementation.</summary>
public static class CaptureLimits
{
    /// <summary>Most bytes that follow the header of an event block which is not large. The format's.</summary>
    public const int EventBlock = 65_536;

    /// <summary>Most bytes that follow the header of a large event block. Ours, to bound memory: the format allows 4 GiB, plugins stay below 2 MiB.</summary>
    public const int LargeEventBlock = 32 << 20;

    /// <summary>Texts and vectors of a thread. The format's.</summary>
    public const int PathText = 1024;

    /// <summary>Arguments, environment and control groups of a thread. The format's.</summary>
    public const int VectorText = 4096;

    /// <summary>Names of users and groups are shorter than this. The format's.</summary>
    public const int CredentialText = 256;

    /// <summary>What the tables before the first event may cost in memory. Ours: a real machine with 100,000 threads stays below it.</summary>
    public const long Metadata = 160L << 20;

    /// <summary>What enter events waiting for their exit may cost in memory. Ours; above it they are forgotten, as if the capture had lost them.</summary>
    public const long StoredEnterEvents = 32L << 20;
}
