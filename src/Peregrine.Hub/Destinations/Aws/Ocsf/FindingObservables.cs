using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Aws.Ocsf;

/// <summary>The values of an alert by which people go from one event to others.</summary>
internal static class FindingObservables
{
    private static readonly Dictionary<string, (int Id, string Name)> Types = new(StringComparer.Ordinal)
    {
        ["fd.cip"] = (2, "IP Address"),
        ["fd.sip"] = (2, "IP Address"),
        ["fd.rip"] = (2, "IP Address"),
        ["fd.lip"] = (2, "IP Address"),
        ["user.name"] = (4, "User Name"),
        ["proc.name"] = (9, "Process Name"),
        ["fd.cport"] = (11, "Port"),
        ["fd.sport"] = (11, "Port"),
        ["fd.rport"] = (11, "Port"),
        ["fd.lport"] = (11, "Port"),
        ["proc.cmdline"] = (13, "Command Line"),
        ["proc.pid"] = (15, "Process ID"),
    };

    /// <summary>The host, and the fields whose type is known; the name says where the value stands in the event.</summary>
    public static List<OcsfObservable>? Of(Alert alert)
    {
        var observables = new List<OcsfObservable>();
        if (alert.Hostname.Length > 0) observables.Add(new OcsfObservable { Name = "device.hostname", TypeId = 1, Type = "Hostname", Value = alert.Hostname });
        foreach (var field in alert.Fields)
            if (!field.Value.IsNull && Types.TryGetValue(field.Name, out var type))
                observables.Add(new OcsfObservable { Name = "unmapped." + field.Name, TypeId = type.Id, Type = type.Name, Value = field.Value.Text });
        return observables.Count > 0 ? observables : null;
    }
}
