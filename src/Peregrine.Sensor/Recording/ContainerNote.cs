using System.Buffers;
using System.Text;
using System.Text.Json;
using Peregrine.State;

namespace Peregrine.Sensor.Recording;

/// <summary>What is known of a container as the JSON of the field's container plugin, for captures; <see cref="ContainerDescription"/> reads it.</summary>
internal static class ContainerNote
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>With the NUL that the field puts at its end.</summary>
    public static byte[] Write(ContainerEntry container)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("container");
            json.WriteNumber("type", ContainerDescription.NumberOf(container.Details?.Engine ?? container.Engine));
            Text(json, "id", container.Id);
            Text(json, "full_id", container.FullId);
            Details(json, container.Details ?? new ContainerDetails());
            json.WriteNumber("lookup_state", container.Lookup switch { ContainerLookup.Answered => 1, ContainerLookup.Waiting => 0, _ => 2 });
            Own(json, container);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        output.Write("\0"u8);
        return output.WrittenSpan.ToArray();
    }

    private static void Details(Utf8JsonWriter json, ContainerDetails d)
    {
        Text(json, "name", d.Name);
        Text(json, "image", d.Image);
        Text(json, "imagerepo", d.ImageRepository);
        Text(json, "imagetag", d.ImageTag);
        Text(json, "imageid", d.ImageId);
        Text(json, "imagedigest", d.ImageDigest);
        json.WriteBoolean("privileged", d.Privileged);
        json.WriteStartArray("Mounts");
        foreach (var mount in d.Mounts)
        {
            json.WriteStartObject();
            Text(json, "Source", mount.Source);
            Text(json, "Destination", mount.Destination);
            Text(json, "Mode", mount.Mode);
            json.WriteBoolean("RW", mount.Writable);
            Text(json, "Propagation", mount.Propagation);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Labels(json, "labels", d.Labels);
        Text(json, "pod_sandbox_id", d.SandboxId);
        Labels(json, "pod_sandbox_labels", d.PodLabels);
        json.WriteBoolean("is_pod_sandbox", d.IsSandbox);
        Text(json, "ip", d.Ip);
        Text(json, "cni_json", d.CniJson);
        json.WriteBoolean("host_pid", d.HostPid);
        json.WriteBoolean("host_network", d.HostNetwork);
        json.WriteBoolean("host_ipc", d.HostIpc);
        Probe(json, "Healthcheck", d.Healthcheck);
        Probe(json, "LivenessProbe", d.LivenessProbe);
        Probe(json, "ReadinessProbe", d.ReadinessProbe);
        Text(json, "User", d.User);
        json.WriteNumber("size", d.Size);
        json.WriteNumber("created_time", d.CreatedTime / NanosecondsPerSecond);
    }

    /// <summary>What the plugin's object has no place for.</summary>
    private static void Own(Utf8JsonWriter json, ContainerEntry container)
    {
        var details = container.Details;
        json.WriteStartObject("peregrine");
        json.WriteNumber("known", (int)(details?.Known ?? ContainerFacts.None));
        json.WriteNumber("lookup", (int)container.Lookup);
        Text(json, "reason", container.Reason);
        if (details is not null)
        {
            json.WriteBoolean("other_engine", details.Engine is not null);
            json.WriteNumber("created", details.CreatedTime);
            Text(json, "pod_name", details.PodName);
            Text(json, "pod_namespace", details.PodNamespace);
            Text(json, "pod_uid", details.PodUid);
        }
        json.WriteEndObject();
    }

    /// <summary>Nothing for a check that is not there.</summary>
    private static void Probe(Utf8JsonWriter json, string key, byte[] command)
    {
        if (command.Length == 0) return;
        var words = Encoding.UTF8.GetString(command).Split(' ');
        json.WriteStartObject(key);
        json.WriteString("exe", words[0]);
        json.WriteStartArray("args");
        foreach (var word in words.AsSpan(1)) json.WriteStringValue(word);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Labels(Utf8JsonWriter json, string key, ContainerLabels labels)
    {
        json.WriteStartObject(key);
        foreach (var (name, value) in labels.All) json.WriteString(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value));
        json.WriteEndObject();
    }

    /// <summary>Through a string: what is no UTF-8 becomes the replacement character instead of an error.</summary>
    private static void Text(Utf8JsonWriter json, string key, byte[] text) => json.WriteString(key, Encoding.UTF8.GetString(text));
}
