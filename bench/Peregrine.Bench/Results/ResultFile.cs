using System.Text.Json;
using System.Text.Json.Nodes;

namespace Peregrine.Bench;

/// <summary>
/// The figures of a day on one CPU: <c>{"kernel", "cpus", "benchmarks": {NAME: {FIGURE: {"value", "unit"}}}}</c>. A figure that is measured again on the same day replaces the former.
/// </summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    public static void Add(string file, string bench, IReadOnlyList<Figure> figures)
    {
        var root = File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file))!.AsObject() : [];
        root["kernel"] = Environment.OSVersion.VersionString;
        root["cpus"] = Environment.ProcessorCount;
        var all = root["benchmarks"] as JsonObject ?? [];
        root["benchmarks"] = all;
        var own = all[bench] as JsonObject ?? [];
        all[bench] = own;
        foreach (var figure in figures) own[figure.Name] = new JsonObject { ["value"] = Math.Round(figure.Value, 4), ["unit"] = figure.Unit };
        File.WriteAllText(file, root.ToJsonString(Layout) + "\n");
    }

    /// <summary>The benchmarks' figures, in the file's order.</summary>
    public static IEnumerable<(string Bench, Figure Figure)> Read(string file)
    {
        if (JsonNode.Parse(File.ReadAllText(file))?["benchmarks"] is not JsonObject all) yield break;
        foreach (var (bench, figures) in all)
            foreach (var (name, figure) in figures!.AsObject())
                yield return (bench, new Figure(name, figure!["value"]!.GetValue<double>(), figure["unit"]!.GetValue<string>()));
    }
}
