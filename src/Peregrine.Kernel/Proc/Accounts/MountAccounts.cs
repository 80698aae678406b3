namespace Peregrine.Kernel.Proc.Accounts;

/// <summary>What is known of the accounts of one mount namespace. Written by the reader's thread, read by the worker.</summary>
internal sealed class MountAccounts
{
    /// <summary>Null until the files were read once.</summary>
    public volatile AccountSet? Set;

    /// <summary>The user namespace's ids, for users and for groups; null until they were read. Used by the worker alone.</summary>
    public IdMap? UserIds { get; set; }

    public IdMap? GroupIds { get; set; }

    /// <summary>When both maps were last forgotten, to be read anew. Used by the worker alone.</summary>
    public long MapsReadAt { get; set; }

    /// <summary>When the files were last looked at.</summary>
    public long CheckedAt;

    /// <summary>Set while a check is queued or under way, so that it is queued once.</summary>
    public int Pending;

    /// <summary>A reader has not come back from this root yet: no other is sent there.</summary>
    public volatile bool Abandoned;

    /// <summary>Signalled whenever a check ends.</summary>
    public ManualResetEventSlim Checked { get; } = new(false);
}
