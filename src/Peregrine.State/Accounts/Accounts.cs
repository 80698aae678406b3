namespace Peregrine.State;

/// <summary>A user account.</summary>
public sealed record UserEntry(uint Uid, uint Gid, byte[] Name, byte[] HomeDir, byte[] Shell);

/// <summary>A group of users.</summary>
public sealed record GroupEntry(uint Gid, byte[] Name);
