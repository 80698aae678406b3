using System.Globalization;
using System.Text;

namespace Peregrine.Rules;

/// <summary>The difference between two versions of a text, line by line, as <c>diff -u</c> and <c>patch</c> have it.</summary>
public static class UnifiedDiff
{
    /// <summary>Unchanged lines around a change.</summary>
    private const int Around = 3;

    /// <summary>Where more lines differ than this, the rest is given as one change: finding the least takes memory by the square of it.</summary>
    private const int MostSteps = 2000;

    private readonly record struct Step(char Sign, string Line);

    /// <returns>Empty when the texts are the same.</returns>
    public static string Of(string name, string before, string after, Palette palette = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (before == after) return "";
        var text = new StringBuilder(palette.Bold($"--- {name}\n+++ {name} (formatted)\n"));
        var steps = Steps(Lines(before), Lines(after));
        var (oldLine, newLine) = (1, 1);
        for (var i = 0; i < steps.Count;)
        {
            var first = steps.FindIndex(i, static s => s.Sign != ' ');
            if (first < 0) break;
            var from = Math.Max(i, first - Around);
            var to = End(steps, first);
            (oldLine, newLine) = (oldLine + from - i, newLine + from - i);
            var hunk = steps.GetRange(from, to - from);
            var (oldCount, newCount) = (hunk.Count(static s => s.Sign != '+'), hunk.Count(static s => s.Sign != '-'));
            text.Append(palette.Dim(string.Create(CultureInfo.InvariantCulture, $"@@ -{Start(oldLine, oldCount)},{oldCount} +{Start(newLine, newCount)},{newCount} @@"))).Append('\n');
            foreach (var step in hunk)
            {
                var line = step.Sign + step.Line;
                text.Append(step.Sign switch { '-' => palette.Red(line), '+' => palette.Green(line), _ => line }).Append('\n');
            }
            (oldLine, newLine, i) = (oldLine + oldCount, newLine + newCount, to);
        }
        return text.ToString();
    }

    /// <summary>An empty side stands behind the line before it.</summary>
    private static int Start(int line, int count) => count == 0 ? line - 1 : line;

    /// <summary>The end of the hunk that begins with a change: changes close to each other share one.</summary>
    private static int End(List<Step> steps, int change)
    {
        var last = change;
        for (var i = change; i < steps.Count && i - last <= 2 * Around; i++)
            if (steps[i].Sign != ' ') last = i;
        return Math.Min(steps.Count, last + 1 + Around);
    }

    /// <summary>Lines with what ends them spelt out, where it is not a line feed.</summary>
    private static string[] Lines(string text)
    {
        var lines = text.Split('\n');
        if (lines[^1].Length == 0) return lines[..^1];
        lines[^1] += "\n\\ No newline at end of file";
        return lines;
    }

    private static List<Step> Steps(string[] a, string[] b)
    {
        var (head, tail) = (0, 0);
        while (head < a.Length && head < b.Length && a[head] == b[head]) head++;
        while (tail < a.Length - head && tail < b.Length - head && a[^(tail + 1)] == b[^(tail + 1)]) tail++;
        var steps = new List<Step>();
        foreach (var line in a.Take(head)) steps.Add(new(' ', line));
        Middle(a.AsSpan(head, a.Length - head - tail), b.AsSpan(head, b.Length - head - tail), steps);
        foreach (var line in a.Skip(a.Length - tail)) steps.Add(new(' ', line));
        return steps;
    }

    /// <summary>Myers' greedy search for the shortest script ("An O(ND) difference algorithm", 1986), walked back through the furthest points of each round.</summary>
    private static void Middle(ReadOnlySpan<string> a, ReadOnlySpan<string> b, List<Step> steps)
    {
        var most = Math.Min(a.Length + b.Length, MostSteps);
        var rounds = new List<int[]>();
        var furthest = new int[2 * most + 3];
        var offset = most + 1;
        for (var d = 0; d <= most; d++)
        {
            rounds.Add(furthest.AsSpan(offset - d - 1, 2 * d + 3).ToArray());
            for (var k = -d; k <= d; k += 2)
            {
                var down = k == -d || (k != d && furthest[offset + k - 1] < furthest[offset + k + 1]);
                var x = down ? furthest[offset + k + 1] : furthest[offset + k - 1] + 1;
                while (x < a.Length && x - k < b.Length && a[x] == b[x - k]) x++;
                furthest[offset + k] = x;
                if (x < a.Length || x - k < b.Length) continue;
                WalkBack(a, b, rounds, steps);
                return;
            }
        }
        foreach (var line in a) steps.Add(new('-', line));
        foreach (var line in b) steps.Add(new('+', line));
    }

    private static void WalkBack(ReadOnlySpan<string> a, ReadOnlySpan<string> b, List<int[]> rounds, List<Step> steps)
    {
        var back = new List<Step>();
        var (x, y) = (a.Length, b.Length);
        for (var d = rounds.Count - 1; d >= 0; d--)
        {
            // A round's array begins at diagonal -d-1.
            var round = rounds[d];
            var k = x - y;
            var down = k == -d || (k != d && round[k - 1 + d + 1] < round[k + 1 + d + 1]);
            var before = down ? k + 1 : k - 1;
            var beforeX = d == 0 ? 0 : round[before + d + 1];
            var beforeY = d == 0 ? 0 : beforeX - before;
            while (x > beforeX && y > beforeY)
            {
                back.Add(new(' ', a[--x]));
                y--;
            }
            if (d == 0) break;
            back.Add(down ? new('+', b[--y]) : new('-', a[--x]));
        }
        back.Reverse();
        steps.AddRange(back);
    }
}
