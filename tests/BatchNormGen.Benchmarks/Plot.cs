using System.Text;

namespace BatchNormGen.Benchmarks;

/// <summary>Horizontal bars on a logarithmic axis that begins at 1, as SVG that can be read on light and dark ground.</summary>
internal sealed class Plot(string title, IReadOnlyList<string> names, IReadOnlyList<Plot.Group> groups)
{
    private const int LabelWidth = 230, PlotWidth = 560, Right = 50, Top = 62, Bar = 9, Gap = 9, Bottom = 26;

    private static readonly string[] Colors = ["#2f81f7", "#d29922", "#a0622d"];

    private static readonly int[] Ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];

    private readonly StringBuilder svg = new();

    private double Limit => Ticks.First(tick => tick >= groups.SelectMany(group => group.Values).OfType<double>().DefaultIfEmpty(1).Max() || tick == Ticks[^1]);

    /// <summary>One value for each name, null where there is none.</summary>
    public sealed record Group(string Label, double?[] Values);

    public void Save(string file)
    {
        var height = Top + groups.Sum(Height) + Bottom;
        Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LabelWidth + PlotWidth + Right} {height}" font-family="sans-serif" font-size="12">""");
        Line("""<style>text { fill: #1f2328 } .axis { stroke: #8c959f66 } .floor { stroke: #1f2328 } @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .floor { stroke: #e6edf3 } }</style>""");
        Line($"""<text x="8" y="20" font-size="15">{Escaped(title)}</text>""");
        WriteLegend();
        WriteAxis(height - Bottom);
        var y = (double)Top;
        foreach (var group in groups)
        {
            WriteGroup(group, y);
            y += Height(group);
        }
        Line("</svg>");
        File.WriteAllText(file, svg.ToString());
    }

    private static int Height(Group group) => group.Values.OfType<double>().Count() * Bar + Gap;

    private void WriteLegend()
    {
        var x = LabelWidth;
        for (var i = 0; i < names.Count; i++)
        {
            if (groups.Any(group => group.Values[i] is not null))
            {
                Line($"""<rect x="{x}" y="31" width="10" height="10" fill="{Colors[i]}"/><text x="{x + 15}" y="40">{Escaped(names[i])}</text>""");
                x += 30 + 7 * names[i].Length;
            }
        }
    }

    private void WriteAxis(int bottom)
    {
        foreach (var tick in Ticks.TakeWhile(tick => tick <= Limit))
        {
            var kind = tick == 1 ? "floor" : "axis";
            Line($"""<line class="{kind}" x1="{X(tick):F1}" y1="{Top - 8}" x2="{X(tick):F1}" y2="{bottom}"/><text x="{X(tick):F1}" y="{bottom + 16}" text-anchor="middle">{(tick == 1 ? "floor" : $"{tick}×")}</text>""");
        }
    }

    private void WriteGroup(Group group, double y)
    {
        Line($"""<text x="{LabelWidth - 8}" y="{y + (Height(group) - Gap) / 2.0 + 4:F1}" text-anchor="end">{Escaped(group.Label)}</text>""");
        for (var i = 0; i < names.Count; i++)
        {
            if (group.Values[i] is { } value)
            {
                Line($"""<rect x="{X(1):F1}" y="{y:F1}" width="{Math.Max(1, X(value) - X(1)):F1}" height="{Bar - 1}" fill="{Colors[i]}"/><text x="{Math.Max(X(1), X(value)) + 4:F1}" y="{y + Bar - 1.5:F1}" font-size="9">{(value < 10 ? value.ToString("F1") : value.ToString("F0"))}</text>""");
                y += Bar;
            }
        }
    }

    private double X(double value) => LabelWidth + PlotWidth * Math.Log(Math.Clamp(value, 1, Limit)) / Math.Log(Math.Max(2, Limit));

    private void Line(string line) => svg.Append(line).Append('\n');

    private static string Escaped(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;");
}
