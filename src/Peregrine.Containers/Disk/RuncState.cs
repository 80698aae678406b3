using System.Text.Json;
using Peregrine.Containers.Http;

namespace Peregrine.Containers.Disk;

/// <summary>What runc remembers of its own containers: <c>/run/runc/ID/state.json</c>.</summary>
internal static class RuncState
{
    private const string Label = "bundle=";

    /// <summary>The bundle; null when runc knows no such container.</summary>
    public static string? Bundle(HostFiles files, string id)
    {
        if (files.Read($"/run/runc/{id}/state.json") is not { } json) return null;
        try
        {
            using var state = JsonDocument.Parse(json);
            return state.RootElement.Get("config").Texts("labels").FirstOrDefault(l => l.StartsWith(Label, StringComparison.Ordinal))?[Label.Length..];
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
