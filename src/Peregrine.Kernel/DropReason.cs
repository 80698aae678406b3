namespace Peregrine.Kernel;

/// <summary>Why the probe could not hand over a record.</summary>
public enum DropReason
{
    /// <summary>The CPU's ring was full: the reader is too slow, or the ring too small.</summary>
    RingFull,

    /// <summary>The CPU's ring was filling, and what was left of it was kept for events of a lower <see cref="EventRank"/>.</summary>
    Reserved,

    /// <summary>The record outgrew the scratch space.</summary>
    TooLarge,

    /// <summary>The event came while another record was being built on the same CPU.</summary>
    Busy,

    /// <summary>The CPU came up after the probe was loaded, and has no ring.</summary>
    NoRing,

    /// <summary>The probe contradicted itself; always worth a report.</summary>
    Bug,
}
