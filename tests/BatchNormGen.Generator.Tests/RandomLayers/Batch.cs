using FsCheck;
using FsCheck.Fluent;

namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>Random layers that are compiled together, since a compilation has a price of its own.</summary>
internal sealed record Batch(RandomLayer[] Layers)
{
    public const int Size = 25;

    /// <summary>A batch in which something fails shrinks to a half, in the end to one layer, and then that one does.</summary>
    public static readonly Arbitrary<Batch> Any = Arb.From(Gen.Choose(0, int.MaxValue).Select(LayerWriter.Draw).ArrayOf(Size).Select(layers => new Batch(layers)), batch => batch.Smaller);

    private IEnumerable<Batch> Smaller => Layers.Length == 1
        ? Layers[0].Smaller().Select(layer => new Batch([layer]))
        : [new(Layers[..(Layers.Length / 2)]), new(Layers[(Layers.Length / 2)..])];

    /// <summary>What is wrong with the first layer that is.</summary>
    public string? Fault() => Trial.Run([.. Layers.Select(layer => layer.Subject)]).FirstOrDefault(fault => fault is not null);

    public override string ToString() => Layers.Length == 1 ? $"\n{Layers[0].Subject}\n" : $"{Layers.Length} layers";
}
