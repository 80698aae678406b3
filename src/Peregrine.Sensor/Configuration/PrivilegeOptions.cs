using Peregrine.Kernel.Privileges;

namespace Peregrine.Sensor.Configuration;

/// <summary>The keys of <c>least_privilege</c>.</summary>
/// <param name="Reduce">Whether the sensor gives up what it does not need once the probe is attached.</param>
/// <param name="Keep">Capabilities that it keeps in any case, for programs that alerts are given to.</param>
public sealed record PrivilegeOptions(bool Reduce, CapabilitySet Keep);

/// <summary>Reads <c>least_privilege</c>.</summary>
internal static class PrivilegeOptionsReader
{
    private const string KeepKey = "least_privilege.keep_capabilities";

    public static PrivilegeOptions Read(ConfigReader reader)
    {
        var keep = CapabilitySet.Empty;
        foreach (var name in reader.Texts(KeepKey))
            keep = keep.With(CapabilitySet.ByName(name) ?? throw reader.Invalid(KeepKey, $"'{name}' is no capability; write them as capabilities(7) does, such as CAP_DAC_OVERRIDE"));
        return new PrivilegeOptions(reader.Flag("least_privilege.enabled"), keep);
    }
}
