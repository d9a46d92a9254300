using BatchNormGen.Benchmarks.Measured;

namespace BatchNormGen.Benchmarks;

/// <summary>What <c>compare</c> was asked for.</summary>
internal sealed record CompareSettings(
    IReadOnlyList<(Layer Layer, int[] Shape)> Rows, int[] Threads, int Rounds, string? MarkdownFile, string? PlotFile)
{
    private const int UsualRounds = 15, QuickRounds = 5;

    public static CompareSettings Parse(string[] arguments)
    {
        IReadOnlyList<Layer> layers = Layer.All;
        int[][]? shapes = null;
        int[] threads = [1, 2];
        var quick = false;
        int? rounds = null;
        string? markdownFile = null, plotFile = null;

        var options = new Options("compare", arguments);
        while (options.Next() is { } option)
        {
            switch (option)
            {
                case "--quick": quick = true; break;
                case "--layer": layers = Layer.Named(options.Value()); break;
                case "--shapes": shapes = options.Shapes(); break;
                case "--threads": threads = options.Numbers(); break;
                case "--rounds": rounds = options.Number(); break;
                case "--markdown": markdownFile = options.Value(); break;
                case "--plot": plotFile = options.Value(); break;
                default: throw options.Unknown();
            }
        }

        if (shapes?.FirstOrDefault(shape => !layers.Any(layer => layer.Fits(shape))) is { } other)
        {
            throw new UsageException($"No layer is measured at shape {string.Join('x', other)}: give NxD, or NxCxHxW for a layer of images (groupnorm: C a multiple of 32).");
        }
        return new(
            [.. from layer in layers from shape in shapes?.Where(layer.Fits) ?? (quick ? layer.QuickShapes : layer.Shapes) select (layer, shape)],
            threads, rounds ?? (quick ? QuickRounds : UsualRounds), markdownFile, plotFile);
    }
}
