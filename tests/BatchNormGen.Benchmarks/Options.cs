namespace BatchNormGen.Benchmarks;

/// <summary>The options of a command, taken one after the other.</summary>
internal sealed class Options(string command, string[] arguments)
{
    private readonly Queue<string> rest = new(arguments);
    private string current = "";

    /// <summary>The next option, or null where there is none.</summary>
    public string? Next() => rest.TryDequeue(out var option) ? current = option : null;

    public string Value() => rest.TryDequeue(out var value) ? value : throw new UsageException($"{current} needs a value; --help shows which.");

    public int Number() => Number(Value());

    /// <summary>1,2</summary>
    public int[] Numbers() => Numbers(Value(), ',');

    /// <summary>256x512,32x64x56x56</summary>
    public int[][] Shapes() => [.. Value().Split(',').Select(shape => Numbers(shape, 'x'))];

    public UsageException Unknown() => new($"{command} has no option '{current}'; --help lists those it has.");

    private int[] Numbers(string text, char separator) => [.. text.Split(separator).Select(Number)];

    private int Number(string text) =>
        int.TryParse(text, out var value) && value > 0 ? value : throw new UsageException($"{current}: '{text}' is not a positive number.");
}
