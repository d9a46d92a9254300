using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Tests.Simplifying;

public class SoundnessTests
{
    public static TheoryData<string> Names => [.. Layers.All.Keys];

    [Fact]
    public void The_interpreter_knows_every_function() =>
        Assert.Equal(
            Functions.Table.Concat(Functions.Masks).Append(Functions.Not).Append(Functions.IsFinite).Append(Functions.Holds).Select(function => function.Name).Order(StringComparer.Ordinal),
            Interpreter.Functions.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_sides_of_every_rewriting_are_equal(string name)
    {
        var form = Passes.Simplify(Layers.All[name]);
        foreach (var rewriting in form.Rewritings)
            foreach (var meaning in Meanings.Of(form.Layer))
                Meanings.Same(rewriting.Before, rewriting.After, meaning, rewriting.Before.Free, rewriting.Rule.Name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_closed_form_is_equal_to_the_staged_one(string name) => Meanings.SameAsStaged(Passes.Simplify(Layers.All[name]));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradients_are_those_of_the_forward(string name)
    {
        var form = Passes.Simplify(Layers.All[name]);
        foreach (var (shape, seed) in Meanings.Shapes.Take(2).Zip([11, 12]))
        {
            var meaning = Meanings.Of(form.Layer, seed, shape);
            foreach (var (gradient, result) in form.Staged.Results.Zip(form.Gradients))
            {
                // Along a random direction of one parameter, the weighted sum of all outputs changes by gradient · direction.
                var weighted = form.Layer.Outputs.Zip(form.Staged.Incoming).Select(pair => form.Graph.Sum(
                    IndexSet.Of(pair.First.Layout), form.Graph.Multiply(pair.First.Value, form.Graph.Read(pair.Second, [.. pair.First.Layout])))).ToList();
                double Weighted() => weighted.Sum(value => meaning.Elements(value, IndexSet.Empty)[0]);
                Weighted();
                var random = new Random(seed);
                var directions = meaning.Drawn(tensor => tensor == gradient.Parameter.Name).ToDictionary(element => element, _ => random.NextDouble() - 0.5);
                var elements = meaning.Elements(result.Value, IndexSet.Of(result.Layout));
                var along = gradient.Parameter.IsTensor ? Places(result, meaning).Zip(elements).Sum(pair => directions[Interpreter.Element(gradient.Parameter.Name, pair.First)] * pair.Second)
                    : directions[gradient.Parameter.Name] * elements[0];

                const double Step = 1e-5;
                meaning.Nudge(Step, directions);
                var above = Weighted();
                meaning.Nudge(-Step, directions);
                var below = Weighted();
                meaning.Nudge(0, directions);
                var numerical = (above - below) / (2 * Step);
                Assert.True(double.IsNaN(numerical) || Math.Abs(numerical - along) <= 1e-6 * (1 + Math.Abs(along)), $"d{gradient.Parameter.Name}: {numerical} numerically, {along} by the formula");
            }
        }
    }

    private static IEnumerable<int[]> Places(Result result, Interpreter meaning)
    {
        IEnumerable<int[]> places = [[]];
        foreach (var index in result.Layout)
            places = places.SelectMany(place => Enumerable.Range(0, index is null ? 1 : meaning.Extent(index.Axis)).Select(i => place.Append(i).ToArray()));
        return places;
    }
}
