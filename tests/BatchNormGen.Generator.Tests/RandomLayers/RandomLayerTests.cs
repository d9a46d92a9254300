using FsCheck;
using FsCheck.Fluent;

namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>
/// Layers that nobody thought of compile and compute what their bodies say. The environment variable <c>RANDOM_LAYERS</c> asks for
/// more of them, <c>RANDOM_LAYERS_FROM</c> for other ones: it is the seed of the first batch.
/// </summary>
public sealed class RandomLayerTests
{
    [Fact]
    public void Random_layers_compute_what_their_bodies_say()
    {
        var seeds = Enumerable.Range(Settings.Number("RANDOM_LAYERS_FROM", 1), Settings.Number("RANDOM_LAYERS", 300) / Batch.Size);
        var faults = seeds.Select(Fault).OfType<string>().ToList();
        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    /// <summary>What is wrong with the smallest layer of a batch that is; a batch of its own for FsCheck, so that one that fails does not hide the next.</summary>
    private static string? Fault(int seed)
    {
        var config = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(1).WithReplay(new Replay(new Rnd((ulong)seed), null));
        try
        {
            Check.One(config, Prop.ForAll(Batch.Any, Holds));
            return null;
        }
        catch (Exception fault)
        {
            return $"RANDOM_LAYERS_FROM={seed} RANDOM_LAYERS={Batch.Size} draws it again. {string.Join("\n", fault.Message.Split('\n').Where(line => !line.TrimStart().StartsWith("at ", StringComparison.Ordinal)))}";
        }
    }

    private static void Holds(Batch batch)
    {
        if (batch.Fault() is { } fault) Assert.Fail(fault);
    }
}
