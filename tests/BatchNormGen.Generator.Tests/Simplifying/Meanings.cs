using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Tests.Simplifying;

/// <summary>Compares expressions by what they mean: their values for numbers drawn at random, over small extents.</summary>
internal static class Meanings
{
    public static readonly (string, int)[][] Shapes =
    [
        [("N", 3), ("D", 4), ("C", 2), ("H", 2), ("W", 3), ("G", 2)],
        [("N", 1), ("D", 2), ("C", 1), ("H", 1), ("W", 1), ("G", 1)],
        [("N", 4), ("D", 1), ("C", 2), ("H", 3), ("W", 1), ("G", 3)],
    ];

    public static Interpreter Of(Layer layer, int seed, (string, int)[] shape) =>
        new(seed, shape) { Labels = layer.Conditions.OfType<LabelsInRange>().ToDictionary(labels => labels.Tensor, labels => labels.Axis) };

    /// <summary>Two for each of some shapes.</summary>
    public static IEnumerable<Interpreter> Of(Layer layer) => Shapes.SelectMany((shape, i) => new[] { 2 * i, 2 * i + 1 }.Select(seed => Of(layer, seed, shape)));

    /// <summary>Expects the outputs and gradients of a closed form to be those of the stages.</summary>
    public static void SameAsStaged(ClosedForm form)
    {
        foreach (var meaning in Of(form.Layer))
        {
            foreach (var (output, result) in form.Layer.Outputs.Zip(form.Outputs)) Same(output.Value, result.Value, meaning, IndexSet.Of(result.Layout), result.Name);
            foreach (var (staged, result) in form.Staged.Results.Zip(form.Gradients)) Same(staged.Value, result.Value, meaning, IndexSet.Of(result.Layout), result.Name);
        }
    }

    /// <summary>Expects every element to be the same, up to rounding; where the first is not a number, the second may be anything.</summary>
    public static void Same(Expr before, Expr after, Interpreter meaning, IndexSet over, string what)
    {
        var (expected, actual) = (meaning.Elements(before, over), meaning.Elements(after, over));
        var scale = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        foreach (var (a, b) in expected.Zip(actual))
            Assert.True(a.Equals(b) || double.IsNaN(a) || Math.Abs(a - b) <= 1e-9 * (1 + scale), $"{what}: {a} became {b}");
    }
}
