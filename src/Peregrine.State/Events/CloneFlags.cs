namespace Peregrine.State;

/// <summary>The bits of the schema's <c>clone_flags</c> that the state depends on.</summary>
internal static class CloneFlags
{
    public const uint Files = 0x1;
    public const uint FileSystem = 0x2;
    public const uint NewMounts = 0x20;
    public const uint NewPid = 0x40;
    public const uint Parent = 0x100;
    public const uint Thread = 0x2000;
    public const uint NewUser = 0x10_0000;
    public const uint Vfork = 0x800_0000;
    public const uint ChildInPidNamespace = 0x2000_0000;
}
