using Peregrine.Rules;
using Peregrine.Sensor.Commands;

namespace Peregrine.Sensor.Engine;

/// <summary>The <c>-p</c> option: what it appends to the output of rules.</summary>
internal static class PrintOption
{
    private const string Container = "container_id=%container.id container_name=%container.name";
    private const string Kubernetes = "k8s_pod_name=%k8s.pod.name k8s_ns_name=%k8s.ns.name";

    public static IEnumerable<AppendOutput> AppendOutput(string? print) => print switch
    {
        null or "" => [],
        "c" or "container" => [new AppendOutput { Source = RuleSource.Syscall, ExtraOutput = Container }],
        "k" or "kubernetes" => [new AppendOutput { Source = RuleSource.Syscall, ExtraOutput = Container + " " + Kubernetes }],
        _ => [new AppendOutput { ExtraOutput = print }],
    };
}
