namespace BatchNormGen.Benchmarks;

/// <summary>Markdown, written to the console line by line as results come in, and kept for a file.</summary>
internal sealed class Report
{
    private readonly List<string> lines = [];
    private int[] widths = [];

    /// <summary>A paragraph or a heading.</summary>
    public void Text(string text)
    {
        Line(text);
        Line("");
    }

    public void BeginTable(params string[] columns)
    {
        widths = [.. columns.Select((column, index) => Math.Max(column.Length, index < 2 ? 16 : 9))];
        Row(columns);
        Line("|" + string.Join("|", widths.Select(width => new string('-', width + 1) + ":")) + "|");
    }

    public void Row(params string[] cells) =>
        Line("| " + string.Join(" | ", cells.Select((cell, column) => cell.PadLeft(widths[column]))) + " |");

    public void EndTable() => Line("");

    public void Save(string file) => File.WriteAllText(file, string.Join('\n', lines).TrimEnd() + '\n');

    /// <summary>About three digits, without an exponent.</summary>
    public static string Milliseconds(double? value) => value switch
    {
        null => "-",
        >= 100 => value.Value.ToString("F0"),
        >= 10 => value.Value.ToString("F1"),
        >= 1 => value.Value.ToString("F2"),
        >= 0.1 => value.Value.ToString("F3"),
        _ => value.Value.ToString("F4"),
    };

    public static string Ratio(double? value) => value?.ToString("F2") ?? "-";

    public static string Difference(double? value) => value?.ToString("0.0e-0") ?? "-";

    private void Line(string line)
    {
        Console.WriteLine(line);
        lines.Add(line);
    }
}
