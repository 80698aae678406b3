using System.Globalization;
using System.Text;

namespace Peregrine.Bench;

/// <summary>The page that shows how the figures went on, for each CPU: a plot and the latest value.</summary>
internal static class ResultsPage
{
    /// <param name="folder">Where the results of all CPUs are.</param>
    public static void Write(string folder)
    {
        var page = new StringBuilder("# Benchmark results\n\nWritten by `./dev bench`. Figures of different CPUs cannot be compared; the raw results stand beside the plots.\n");
        foreach (var cpu in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var history = History(cpu);
            if (history.Count == 0) continue;
            page.Append(CultureInfo.InvariantCulture, $"\n## {Path.GetFileName(cpu)}\n");
            foreach (var bench in history.GroupBy(static h => h.Key.Bench))
            {
                var plot = $"{Path.GetFileName(cpu)}/{bench.Key}.svg";
                File.WriteAllText(Path.Combine(folder, plot), HistoryPlot.Draw([.. bench.Select(static h => (h.Key.Name, h.Key.Unit, h.Value))]));
                page.Append(CultureInfo.InvariantCulture, $"\n### {bench.Key}\n\n![{bench.Key}]({plot})\n\n| figure | latest | on |\n|---|---|---|\n");
                foreach (var (key, points) in bench)
                    page.Append(CultureInfo.InvariantCulture, $"| {key.Name} | {points[^1].Value:0.##} {key.Unit} | {points[^1].Date} |\n");
            }
        }
        File.WriteAllText(Path.Combine(folder, "README.md"), page.ToString());
    }

    private static List<KeyValuePair<(string Bench, string Name, string Unit), List<(string Date, double Value)>>> History(string cpu)
    {
        var history = new Dictionary<(string Bench, string Name, string Unit), List<(string Date, double Value)>>();
        foreach (var file in Directory.EnumerateFiles(cpu, "*.json").Order(StringComparer.Ordinal))
            foreach (var (bench, figure) in ResultFile.Read(file))
            {
                var key = (bench, figure.Name, figure.Unit);
                if (!history.TryGetValue(key, out var points)) history.Add(key, points = []);
                points.Add((Path.GetFileNameWithoutExtension(file), figure.Value));
            }
        return [.. history.OrderBy(static h => h.Key.Bench, StringComparer.Ordinal)];
    }
}
