using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>One of the two kinds of code that names in conditions stand for: event codes and syscall codes.</summary>
internal sealed class CodeSpace
{
    private readonly Dictionary<string, CodeBits> _byName = new(StringComparer.Ordinal);
    private readonly int _bound;

    private CodeSpace(int bound)
    {
        _bound = bound;
        All = CodeBits.Empty(bound);
    }

    /// <summary>Every event code that bears a name; the generic codes for names that only syscalls bear.</summary>
    public static CodeSpace Events { get; } = BuildEvents();

    /// <summary>The syscalls of a name, and those that are reported by events of that name.</summary>
    public static CodeSpace Syscalls { get; } = BuildSyscalls();

    public CodeBits All { get; }

    public CodeBits None => CodeBits.Empty(_bound);

    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>The codes of a name; those of asynchronous events for a name that nothing in the schema bears.</summary>
    public CodeBits Of(string name) => _byName.TryGetValue(name, out var bits) ? bits : Unknown();

    private CodeBits Unknown()
    {
        var bits = None;
        if (ReferenceEquals(this, Events))
        {
            bits.Add((int)EventType.AsynceventE);
            bits.Add((int)EventType.AsynceventX);
        }
        return bits;
    }

    private static CodeSpace BuildEvents()
    {
        var space = new CodeSpace(EventSchema.Count);
        foreach (var e in EventSchema.Events)
        {
            space.All.Add((int)e.Type);
            space.Named(e.Name).Add((int)e.Type);
        }
        foreach (var s in EventSchema.Syscalls)
        {
            if (s.Name.Length == 0 || space._byName.ContainsKey(s.Name)) continue;
            var generic = space.Named(s.Name);
            generic.Add((int)EventType.GenericE);
            generic.Add((int)EventType.GenericX);
        }
        return space;
    }

    private static CodeSpace BuildSyscalls()
    {
        var space = new CodeSpace(EventSchema.Syscalls.Length);
        foreach (var s in EventSchema.Syscalls)
        {
            // Code 0 stands for no syscall, and codes without a name are not in use.
            if (s.Name.Length == 0 || s.Code == 0) continue;
            space.All.Add((int)s.Code);
            space.Named(s.Name).Add((int)s.Code);
            foreach (var type in s.Events)
                if (type is not (EventType.GenericE or EventType.GenericX)) space.Named(EventSchema.Get(type).Name).Add((int)s.Code);
        }
        return space;
    }

    private CodeBits Named(string name)
    {
        if (!_byName.TryGetValue(name, out var bits)) _byName[name] = bits = None;
        return bits;
    }
}
