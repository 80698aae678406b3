namespace Peregrine.State;

/// <summary>
/// Stands for everything that the facts about a descriptor depend on: while two stamps of an entry are equal, every field of scope fd has the same value. Tables of several processes can share an
/// entry, and in a container none of the machine's addresses counts as its own.
/// </summary>
/// <param name="Version">The entry's.</param>
/// <param name="IsInContainer">Whether the thread that uses it runs in a container.</param>
public readonly record struct DescriptorStamp(uint Version, bool IsInContainer);
