using System.Globalization;
using System.Net;
using System.Text;

namespace Peregrine.Bench;

/// <summary>Draws the figures of a benchmark one below the other, each with a line over the days and a scale of its own that begins at 0.</summary>
internal static class HistoryPlot
{
    private const int Width = 760;
    private const int RowHeight = 46;
    private const int TextWidth = 420;
    private const int Margin = 10;

    public static string Draw(IReadOnlyList<(string Name, string Unit, List<(string Date, double Value)> Points)> figures)
    {
        var days = figures.SelectMany(static f => f.Points.Select(static p => p.Date)).Distinct().Order(StringComparer.Ordinal).ToList();
        var height = figures.Count * RowHeight + 2 * Margin;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (var row = 0; row < figures.Count; row++) Row(svg, figures[row], days, Margin + row * RowHeight);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Row(StringBuilder svg, (string Name, string Unit, List<(string Date, double Value)> Points) figure, List<string> days, int top)
    {
        var bottom = top + RowHeight - Margin;
        var most = Math.Max(figure.Points.Max(static p => p.Value), 1e-9);
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin}\" y=\"{top + 20}\">{WebUtility.HtmlEncode(figure.Name)}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{TextWidth}\" y1=\"{bottom}\" x2=\"{Width - 110}\" y2=\"{bottom}\" stroke=\"#ccc\"/>\n");
        var points = figure.Points.Select(p => (X: X(days, p.Date), Y: bottom - Math.Max(0, p.Value) / most * (RowHeight - 2 * Margin))).ToList();
        svg.Append("<polyline fill=\"none\" stroke=\"#1f6feb\" stroke-width=\"1.5\" points=\"").AppendJoin(' ', points.Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.X:0.#},{p.Y:0.#}"))).Append("\"/>\n");
        foreach (var (x, y) in points) svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"2.5\" fill=\"#1f6feb\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - 100}\" y=\"{top + 20}\">{figure.Points[^1].Value:0.##} {WebUtility.HtmlEncode(figure.Unit)}</text>\n");
    }

    private static double X(List<string> days, string date)
    {
        const double Span = Width - 120 - TextWidth;
        return days.Count == 1 ? TextWidth + Span / 2 : TextWidth + Span * days.IndexOf(date) / (days.Count - 1);
    }
}
