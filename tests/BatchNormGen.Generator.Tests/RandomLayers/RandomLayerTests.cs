using System.Globalization;

namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>
/// Layers that nobody thought of compile and compute what their bodies say. The environment variable
/// <c>RANDOM_LAYERS</c> asks for more of them, <c>RANDOM_LAYERS_FROM</c> for other ones.
/// </summary>
public sealed class RandomLayerTests(ITestOutputHelper output)
{
    private const int Batch = 25;

    [Fact]
    public void Random_layers_compute_what_their_bodies_say()
    {
        var from = Setting("RANDOM_LAYERS_FROM", 300);
        var faults = Enumerable.Range(from, Setting("RANDOM_LAYERS", 100)).Chunk(Batch).SelectMany(Faults).ToList();
        Assert.True(faults.Count == 0, $"{faults.Count} layers are wrong:\n\n{string.Join("\n\n", faults)}");
    }

    private IEnumerable<string> Faults(int[] seeds)
    {
        RandomLayer[] layers = [.. seeds.Select(LayerWriter.Draw)];
        return [.. Trial.Run(layers).Zip(layers).Where(pair => pair.First is not null).Select(pair => Reported(pair.Second, pair.First!))];
    }

    /// <summary>The smallest layer that is wrong, and what is wrong with it.</summary>
    private string Reported(RandomLayer layer, string fault)
    {
        while (layer.Smaller().Where(smaller => smaller.IsLayer).OrderBy(smaller => smaller.Statements.Length).Chunk(8).SelectMany(some => some.Zip(Trial.Run(some))).FirstOrDefault(pair => pair.Second is not null) is { Second: { } smallerFault } found)
            (layer, fault) = (found.First, smallerFault);
        output.WriteLine($"{fault}\n{layer}");
        return $"{fault}\n{layer}";
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
