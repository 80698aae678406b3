using Peregrine.Events;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Engine;

/// <summary>
/// Which syscalls the probe records: those that the rules can match, and those that keep the state true. I/O that no state needs is left out
/// unless <c>base_syscalls.all</c> asks for them.
/// </summary>
public static class SyscallSelection
{
    /// <summary>What a repaired custom set always holds: without these, process trees, credentials and directories go wrong.</summary>
    private static readonly string[] RepairAlways =
    [
        "clone", "clone3", "fork", "vfork", "execve", "execveat", "fchdir", "chdir", "chroot", "capset", "setgid", "setgid32", "setpgid",
        "setresgid", "setresgid32", "setresuid", "setresuid32", "setsid", "setuid", "setuid32", "prctl",
    ];

    private static readonly string[] RepairNetwork = ["socket", "getsockopt"];
    private static readonly string[] NeedsBind = ["accept", "accept4", "listen"];

    /// <summary>Syscalls whose events change the state.</summary>
    public static HashSet<SyscallCode> StateSet() => Where(static e => e.Has(EventFlags.ModifiesState));

    /// <summary>I/O syscalls that the state does not need: they come in floods and are recorded only on request.</summary>
    public static HashSet<SyscallCode> IgnoredSet()
    {
        var ignored = Where(static e => IsIo(e.Category));
        ignored.ExceptWith(StateSet());
        return ignored;
    }

    /// <param name="wanted">What the rules can match.</param>
    /// <param name="options">The operator's wishes about the base set.</param>
    /// <param name="warn">Told about names in the custom set that are no syscall.</param>
    public static HashSet<SyscallCode> Choose(IReadOnlySet<SyscallCode> wanted, BaseSyscallOptions options, Action<string> warn)
    {
        var (positive, negative) = Custom(options.CustomSet, warn);
        var chosen = new HashSet<SyscallCode>(wanted);
        chosen.UnionWith(positive.Count > 0 ? positive : options.Repair ? [] : StateSet());
        chosen.ExceptWith(negative);
        if (!options.All) chosen.ExceptWith(IgnoredSet());
        if (options.Repair) chosen.UnionWith(Repaired(chosen));
        chosen.Add(SyscallCode.SchedProcessExit);
        return chosen;
    }

    private static HashSet<SyscallCode> Repaired(HashSet<SyscallCode> chosen)
    {
        var names = new List<string>(RepairAlways);
        if (chosen.Any(static c => Has(c, EventCategory.Net))) names.AddRange(RepairNetwork);
        if (chosen.Any(static c => NeedsBind.Contains(EventSchema.Get(c).Name))) names.Add("bind");
        if (chosen.Any(static c => Has(c, EventCategory.Net) || Has(c, EventCategory.File) || Has(c, EventCategory.IoRead) || Has(c, EventCategory.IoWrite))) names.Add("close");
        var codes = new HashSet<SyscallCode>();
        foreach (var info in EventSchema.Syscalls)
            if (names.Contains(info.Name)) codes.Add(info.Code);
        return codes;
    }

    private static (HashSet<SyscallCode> Positive, HashSet<SyscallCode> Negative) Custom(IReadOnlyList<string> names, Action<string> warn)
    {
        HashSet<SyscallCode> positive = [], negative = [];
        foreach (var entry in names)
        {
            var name = entry.TrimStart('!');
            var found = false;
            foreach (var info in EventSchema.Syscalls)
            {
                if (info.Name != name) continue;
                (entry.StartsWith('!') ? negative : positive).Add(info.Code);
                found = true;
            }
            if (!found) warn($"base_syscalls.custom_set: '{name}' is no syscall and is ignored");
        }
        return (positive, negative);
    }

    private static HashSet<SyscallCode> Where(Func<EventInfo, bool> test)
    {
        var codes = new HashSet<SyscallCode>();
        foreach (var syscall in EventSchema.Syscalls)
        {
            foreach (var type in syscall.Events)
            {
                var info = EventSchema.Get(type);
                if (type is EventType.GenericE or EventType.GenericX || info.Has(EventFlags.OldVersion) || !test(info)) continue;
                codes.Add(syscall.Code);
                break;
            }
        }
        return codes;
    }

    private static bool Has(SyscallCode code, EventCategory category)
    {
        foreach (var type in EventSchema.Get(code).Events)
            if (Kind(EventSchema.Get(type).Category) == category) return true;
        return false;
    }

    /// <summary>A category's low bits: what the event is about, without its origin.</summary>
    private static EventCategory Kind(EventCategory category) => (EventCategory)((ushort)category & 0x3F);

    private static bool IsIo(EventCategory category) => Kind(category) is EventCategory.IoRead or EventCategory.IoWrite;
}
