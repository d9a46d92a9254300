namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>Layers that random ones shrank to, each of which something was wrong with. They are printed, and pasted here, as they are.</summary>
public sealed class FoundTests
{
    [Fact]
    public void A_chosen_element_is_compared_with_itself() => Holds("""
        // seed 0; N = 3, C = 5, labels = 5
        [Differentiable]
        public static Tensor<double> Layer([Shape("N, C")] Tensor<double> x, [Shape("N")] Tensor<int> labels)
        {
            var t1 = x.Gather(labels, axis: 1);
            var t2 = t1.GreaterThanOrEqual(t1);
            var t3 = t2.Where(t1, 0.5);
            return t3;
        }
        """);

    [Fact]
    public void What_is_printed_can_be_pasted() => Assert.All(Enumerable.Range(0, 200), seed =>
    {
        var printed = LayerWriter.Draw(seed).Subject.ToString();
        Assert.Equal(printed, Subject.Parse(printed).ToString());
    });

    private static void Holds(string layer) => Assert.Null(Trial.Run([Subject.Parse(layer)])[0]);
}
