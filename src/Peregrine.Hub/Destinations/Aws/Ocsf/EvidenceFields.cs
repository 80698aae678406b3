using System.Globalization;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Aws.Ocsf;

/// <summary>Reads evidence from the alert's fields; objects whose required attributes are missing are left out, so that the event stays a valid one.</summary>
internal static class EvidenceFields
{
    /// <summary>The evidence; null when no field is one.</summary>
    public static OcsfEvidence? Of(Alert alert)
    {
        var process = Process(alert);
        var user = Entity(alert, "user.name", "user.uid");
        var evidence = new OcsfEvidence
        {
            Actor = process is null && user is null ? null : new OcsfActor { Process = process, User = user },
            Container = Container(alert),
            File = DescriptorFile(alert),
            Source = Endpoint(alert, "fd.cip", "fd.cport"),
            Destination = Endpoint(alert, "fd.sip", "fd.sport"),
        };
        // A container alone is no evidence.
        return evidence is { Actor: null, File: null, Source: null, Destination: null } ? null : evidence;
    }

    private static OcsfProcess? Process(Alert alert) => Number(alert, "proc.pid") is not { } pid ? null : new OcsfProcess
    {
        Pid = pid,
        Name = Text(alert, "proc.name"),
        CommandLine = Text(alert, "proc.cmdline"),
        File = Text(alert, "proc.exepath") is { } path ? File(path, 1, "Regular File") : null,
        Parent = Number(alert, "proc.ppid") is { } parent ? new OcsfParentProcess { Pid = parent, Name = Text(alert, "proc.pname"), CommandLine = Text(alert, "proc.pcmdline") } : null,
    };

    private static OcsfContainer? Container(Alert alert) => Text(alert, "container.id") is not { } id || id == "host" ? null : new OcsfContainer
    {
        Uid = id,
        Name = Text(alert, "container.name"),
        Image = Text(alert, "container.image.id") is null ? null : Entity(alert, "container.image.repository", "container.image.id"),
    };

    private static OcsfFile? DescriptorFile(Alert alert) => Text(alert, "fd.name") is not { } path || path[0] != '/' ? null : alert.FieldText("fd.type") switch
    {
        "file" => File(path, 1, "Regular File"),
        "directory" => File(path, 2, "Folder"),
        _ => File(path, 0, "Unknown"),
    };

    private static OcsfFile File(string path, int typeId, string type) => new() { Name = path[(path.TrimEnd('/').LastIndexOf('/') + 1)..], Path = path, TypeId = typeId, Type = type };

    private static OcsfEndpoint? Endpoint(Alert alert, string ip, string port) => Text(alert, ip) is { } address ? new OcsfEndpoint { Ip = address, Port = Number(alert, port) } : null;

    private static OcsfEntity? Entity(Alert alert, string name, string uid)
    {
        var entity = new OcsfEntity { Name = Text(alert, name), Uid = Text(alert, uid) };
        return entity is { Name: null, Uid: null } ? null : entity;
    }

    // Sensors write <NA> for what they could not find out.
    private static string? Text(Alert alert, string field) => alert.FieldText(field) is { Length: > 0 } text && text != "<NA>" ? text : null;

    private static int? Number(Alert alert, string field) => int.TryParse(alert.FieldText(field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
