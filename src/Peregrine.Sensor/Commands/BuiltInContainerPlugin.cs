using Peregrine.Filters.Fields;
using Peregrine.Rules;

namespace Peregrine.Sensor.Commands;

/// <summary>What rules see of the container plugin, whose fields are part of the sensor.</summary>
internal static class BuiltInContainerPlugin
{
    /// <summary>The version of the reference's plugin whose fields we have; <c>required_plugin_versions</c> is compared with it.</summary>
    public const string Version = "0.7.1";

    public static RulePlugin ForRules { get; } = new("container", Version, null, [.. ContainerFields.All.Select(f => f.Name)])
    {
        AsyncEvents = ["container", "container_removed"],
        ExtractSources = [RuleSource.Syscall],
        SuggestedOutput = ["container.id", "container.name", "container.image.repository", "container.image.tag", "k8s.pod.name", "k8s.ns.name"],
    };
}
