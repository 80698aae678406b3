using System.Text;
using Peregrine.Hub.Alerts;

namespace Peregrine.HubTests.Support;

/// <summary>Alerts as sensors send them.</summary>
internal static class TestAlerts
{
    public const string Json = """
        {"hostname":"node-1","output":"12:31:07.482915036: Warning A shell was spawned (user=root file=/tmp/ä \"x\")","output_fields":{"container.id":"host","evt.time":1700000000123456789,"fd.lport":null,"k8s.ns.name":"payments","proc.aname[2]":"bash","proc.cmdline":"sh -c \"echo | cat\"","proc.is_exe_upper_layer":true,"proc.pid":4711,"proc.args":["-c","x"]},"priority":"Warning","rule":"Terminal shell in container","source":"syscall","tags":["container","mitre_execution"],"time":"2023-11-14T22:13:20.123456789Z"}
        """;

    public static Alert Typical() => AlertReader.Read(Encoding.UTF8.GetBytes(Json));

    /// <summary>A small alert of a rule.</summary>
    public static Alert Of(string rule = "A rule", AlertPriority priority = AlertPriority.Warning, params (string Name, string Value)[] fields) => new()
    {
        Id = Guid.CreateVersion7(),
        UnixNanoseconds = 1_700_000_000_000_000_000,
        Priority = priority,
        Rule = rule,
        Output = rule + " happened",
        Source = "syscall",
        Hostname = "node-1",
        Tags = ["network"],
        Fields = [.. fields.Select(f => new AlertField(f.Name, AlertValue.Of(f.Value)))],
    };
}
