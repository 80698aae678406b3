namespace Peregrine.Hub.Store;

/// <summary>What alerts are counted by; names by their numbers.</summary>
internal readonly record struct TallyKey(long Hour, long Priority, long Rule, long Source, long Hostname, long Tags);
