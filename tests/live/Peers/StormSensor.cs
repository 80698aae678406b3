using System.Globalization;
using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Peers;

/// <summary>A sensor that alerts of each path opened below a folder, whose figures are read from its metrics.</summary>
internal static class StormSensor
{
    public const string Rule = "Numbered path opened";

    /// <summary>A configuration without the default rules, and without the outputs that are on by default but stdout.</summary>
    public static string Rules(LiveFolder folder, string numbered) => $"""
        rules_files: [{folder.Write("numbered.yaml", $"- rule: {Rule}\n  desc: A numbered path was opened.\n  condition: evt.type in (open, openat) and evt.arg.name startswith {numbered}/\n  output: opened %evt.arg.name\n  priority: NOTICE\n")}]
        json_output: true
        log_syslog: false
        syslog_output: {"{enabled: false}"}
        webserver: {"{enabled: false}"}
        watch_config_files: false

        """;

    /// <summary>The figures of one output: <c>alerts_offered_total</c>, <c>alerts_dropped_total/queue_full</c> and so on.</summary>
    public static Dictionary<string, long> Figures(string page, string output)
    {
        var figures = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in page.Split('\n'))
        {
            if (!line.StartsWith("peregrine_output_", StringComparison.Ordinal) || !line.Contains($"output=\"{output}\"", StringComparison.Ordinal)) continue;
            var name = line["peregrine_output_".Length..line.IndexOf('{', StringComparison.Ordinal)];
            const string Reason = "reason=\"";
            var at = line.IndexOf(Reason, StringComparison.Ordinal);
            if (at >= 0) name += "/" + line[(at + Reason.Length)..line.IndexOf('"', at + Reason.Length)];
            figures[name] = long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        }
        return figures;
    }

    /// <summary>All that was lost, whatever the reason.</summary>
    public static long Lost(Dictionary<string, long> figures) => figures.Where(f => f.Key.StartsWith("alerts_dropped_total/", StringComparison.Ordinal)).Sum(f => f.Value);

    /// <summary>The peak of the process's memory, in bytes.</summary>
    public static long PeakMemory(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
