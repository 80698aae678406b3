namespace Peregrine.Sensor.Commands;

/// <summary>What rules see of the container plugin, whose fields are part of the sensor.</summary>
internal static class BuiltInContainerPlugin
{
    /// <summary>The version of the reference's plugin whose fields we have; <c>required_plugin_versions</c> is compared with it.</summary>
    public const string Version = "0.7.1";

    /// <summary>What <c>suggested_output</c> adds.</summary>
    public const string SuggestedOutput = "container_id=%container.id container_name=%container.name container_image_repository=%container.image.repository container_image_tag=%container.image.tag k8s_pod_name=%k8s.pod.name k8s_ns_name=%k8s.ns.name";
}
