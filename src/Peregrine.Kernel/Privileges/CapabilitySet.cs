using System.Globalization;
using System.Text;

namespace Peregrine.Kernel.Privileges;

/// <summary>A set of capabilities, as the kernel keeps it: a bit for each.</summary>
public readonly record struct CapabilitySet(ulong Bits)
{
    /// <summary>One more than the highest number that any kernel may know.</summary>
    internal const int Limit = 64;

    public static CapabilitySet Empty => default;

    public static CapabilitySet Of(params ReadOnlySpan<Capability> members)
    {
        ulong bits = 0;
        foreach (var member in members) bits |= 1ul << (int)member;
        return new CapabilitySet(bits);
    }

    public bool Has(Capability capability) => (Bits >> (int)capability & 1) != 0;

    /// <summary>Whether the kernel grants what a capability stands for: those that were split off from CAP_SYS_ADMIN come with it.</summary>
    public bool Grants(Capability capability) => Has(capability) || (capability is Capability.Bpf or Capability.Perfmon or Capability.CheckpointRestore && Has(Capability.SysAdmin));

    public CapabilitySet With(Capability capability) => new(Bits | 1ul << (int)capability);

    public CapabilitySet And(CapabilitySet other) => new(Bits & other.Bits);

    /// <summary>The set in a line of <c>/proc/PID/status</c>: <c>CapEff</c>, <c>CapPrm</c>, <c>CapBnd</c>, …; null when there is no such line.</summary>
    public static CapabilitySet? Parse(string status, string line)
    {
        foreach (var candidate in status.Split('\n'))
        {
            if (!candidate.StartsWith(line, StringComparison.Ordinal) || candidate.Length <= line.Length || candidate[line.Length] != ':') continue;
            if (ulong.TryParse(candidate.AsSpan(line.Length + 1).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits)) return new CapabilitySet(bits);
        }
        return null;
    }

    /// <summary>A capability by its name as manuals write it, with or without the prefix, in any case: <c>CAP_SYS_PTRACE</c>. Null for what is none.</summary>
    public static Capability? ByName(string name)
    {
        var plain = name.StartsWith("CAP_", StringComparison.OrdinalIgnoreCase) ? name[4..] : name;
        foreach (var capability in Enum.GetValues<Capability>())
            if (string.Equals(Name(capability)[4..], plain, StringComparison.OrdinalIgnoreCase)) return capability;
        return null;
    }

    /// <summary><c>SysPtrace</c> → <c>CAP_SYS_PTRACE</c>.</summary>
    public static string Name(Capability capability)
    {
        var text = new StringBuilder("CAP");
        foreach (var letter in capability.ToString())
        {
            if (char.IsUpper(letter)) text.Append('_');
            text.Append(char.ToUpperInvariant(letter));
        }
        return text.ToString();
    }

    /// <summary>The names, separated by commas; "none" for the empty set.</summary>
    public override string ToString()
    {
        var names = new List<string>();
        for (var number = 0; number < Limit; number++)
            if ((Bits >> number & 1) != 0) names.Add(Enum.IsDefined((Capability)number) ? Name((Capability)number) : $"CAP_{number}");
        return names.Count == 0 ? "none" : string.Join(", ", names);
    }
}
