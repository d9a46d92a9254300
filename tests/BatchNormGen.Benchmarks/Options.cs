namespace BatchNormGen.Benchmarks;

/// <summary>The options of a command, taken one after the other.</summary>
internal sealed class Options(string command, string[] arguments)
{
    private readonly Queue<string> rest = new(arguments);
    private string current = "";

    /// <summary>The next option, or null where there is none.</summary>
    public string? Next() => rest.TryDequeue(out var option) ? current = option : null;

    public string Value() => rest.TryDequeue(out var value) ? value : throw new UsageException($"{current} needs a value; --help shows which.");

    public int Number() => Number(Value(), atLeast: 1);

    /// <summary>1,2</summary>
    public int[] Numbers(int atLeast = 1) => Numbers(Value(), ',', atLeast);

    /// <summary>256x512,32x64x56x56</summary>
    public int[][] Shapes() => [.. Value().Split(',').Select(shape => Numbers(shape, 'x', atLeast: 1))];

    public UsageException Unknown() => new($"{command} has no option '{current}'; --help lists those it has.");

    private int[] Numbers(string text, char separator, int atLeast) => [.. text.Split(separator).Select(number => Number(number, atLeast))];

    private int Number(string text, int atLeast) => int.TryParse(text, out var value) && value >= atLeast
        ? value
        : throw new UsageException($"{current}: '{text}' is not a number of at least {atLeast}.");
}
