using System.Text.Json;
using Peregrine.Containers.Http;

namespace Peregrine.Containers.Engines;

/// <summary>A line of the event stream of docker or podman, which differ in the word for a container's end only.</summary>
internal static class ContainerReport
{
    /// <summary>Hands on what concerns us: containers that are made, started and gone.</summary>
    public static void Pass(JsonElement e, string removal, Action<EngineEvent> report)
    {
        var id = e.Get("Actor").Text("ID");
        if (id.Length == 0) return;
        var action = e.Text("Action");
        if (action == "create") report(new(EngineEventKind.Created, id));
        else if (action == "start") report(new(EngineEventKind.Started, id));
        else if (action == removal) report(new(EngineEventKind.Removed, id));
    }
}
