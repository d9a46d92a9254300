namespace BatchNormGen.Benchmarks;

/// <summary>What <c>compare</c> was asked for.</summary>
internal sealed record CompareSettings(Normalization Normalization, int[][] Shapes, int[] Threads, int Rounds, string? MarkdownFile)
{
    private static readonly int[][] MainShapes = [[256, 512], [1024, 1024], [4096, 1024]];

    private static readonly int[][] BatchShapes =
    [
        [64, 100], .. MainShapes, [32768, 256], [65536, 64], [100000, 1000], [32, 64, 56, 56], [64, 256, 14, 14],
    ];

    private static readonly int[][] LayerShapes = [.. MainShapes, [16384, 768]];

    public static CompareSettings Parse(string[] arguments)
    {
        var normalization = Normalization.Batch;
        int[][]? shapes = null;
        int[] threads = [1, 2];
        var quick = false;
        string? markdownFile = null;

        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out var option))
        {
            switch (option)
            {
                case "--quick": quick = true; break;
                case "--layer": normalization = Layer(Value()); break;
                case "--shapes": shapes = [.. Value().Split(',').Select(shape => Numbers(shape, 'x'))]; break;
                case "--threads": threads = Numbers(Value(), ','); break;
                case "--markdown": markdownFile = Value(); break;
                default: throw new UsageException($"compare has no option '{option}'; --help lists those it has.");
            }

            string Value() => rest.TryDequeue(out var value) ? value : throw new UsageException($"{option} needs a value; --help shows which.");

            int[] Numbers(string text, char separator) =>
            [
                .. text.Split(separator).Select(number => int.TryParse(number, out var value) && value > 0
                    ? value
                    : throw new UsageException($"{option}: '{number}' in '{text}' is not a positive number.")),
            ];
        }

        shapes ??= quick ? MainShapes : normalization == Normalization.Batch ? BatchShapes : LayerShapes;
        if (shapes.FirstOrDefault(shape => !IsMeasured(normalization, shape)) is { } other)
        {
            throw new UsageException(
                $"{normalization} normalization is not measured at shape {string.Join('x', other)}: give NxD, or NxCxHxW for batch normalization.");
        }
        return new(normalization, shapes, threads, quick ? 5 : 15, markdownFile);
    }

    private static bool IsMeasured(Normalization normalization, int[] shape) =>
        shape.Length == 2 || (shape.Length == 4 && normalization == Normalization.Batch);

    private static Normalization Layer(string name) => name switch
    {
        "batchnorm" => Normalization.Batch,
        "layernorm" => Normalization.Layer,
        _ => throw new UsageException($"--layer: '{name}' is neither batchnorm nor layernorm."),
    };
}
