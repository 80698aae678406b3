using System.Text.Json;
using Peregrine.Containers.Http;

namespace Peregrine.Containers.Engines;

/// <summary>The command lines of health, liveness and readiness checks.</summary>
internal static class ProbeCommand
{
    /// <summary>The label under which the kubelet of old kept the pod's specification, and the pod's annotation of today.</summary>
    public const string PodSpecLabel = "io.kubernetes.container.last-applied-config";

    public const string PodSpecAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>An image's or container's check: <c>["CMD", …]</c> or <c>["CMD-SHELL", line]</c>; empty for none.</summary>
    public static byte[] Healthcheck(JsonElement config)
    {
        string[] test = [.. config.Get("Healthcheck").Texts("Test")];
        return test switch
        {
            ["CMD", _, ..] => Utf8.Of(string.Join(' ', test[1..])),
            ["CMD-SHELL", var line, ..] => Utf8.Of("/bin/sh -c " + line),
            _ => [],
        };
    }

    /// <summary>The checks of a container in a pod's specification; of its first container when no name fits.</summary>
    public static (byte[] Liveness, byte[] Readiness) OfPod(string specification, string container)
    {
        try
        {
            using var json = JsonDocument.Parse(specification);
            JsonElement[] all = [.. json.RootElement.Get("spec").Items("containers")];
            if (all.Length == 0) return ([], []);
            var own = Array.Find(all, c => c.Text("name") == container);
            if (own.ValueKind == JsonValueKind.Undefined) own = all[0];
            return (Command(own.Get("livenessProbe")), Command(own.Get("readinessProbe")));
        }
        catch (JsonException)
        {
            // Anybody may set an annotation to anything.
            return ([], []);
        }
    }

    private static byte[] Command(JsonElement probe) => Utf8.Of(string.Join(' ', probe.Get("exec").Texts("command")));
}
