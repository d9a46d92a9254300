using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Emitting;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Tests.Simplifying;

public class SizeTests
{
    /// <summary>What all passes make of a chain: rewritings, distinct nodes, and characters of code.</summary>
    private static (int Rewritings, int Nodes, int Characters) Measure(int length, string operation)
    {
        var layer = Passes.Read(LongLayers.Chain(length, operation));
        var form = ClosedForm.Of(layer, CancellationToken.None);
        var nodes = form.Outputs.Concat(form.Gradients).Select(result => result.Value).Nodes().Count();
        return (form.Rewritings.Count, nodes, LayerSource.Write(layer, CancellationToken.None).Length);
    }

    [Theory]
    [InlineData("y.Tanh()", 0, 6)]
    [InlineData("y + y.Tanh()", 0, 7)]
    [InlineData("y * y + x", 2, 6)]
    [InlineData("y * w", 4, 3)]
    [InlineData("(y - y.Mean(axis: 0)) * w", 10, 12)]
    public void Two_hundred_operations_take_work_in_proportion(string operation, int rewritings, int nodes)
    {
        var (made, left, characters) = Measure(200, operation);
        Assert.InRange(made, 0, 200 * rewritings);
        Assert.InRange(left, 1, 200 * nodes);
        Assert.InRange(characters, 1, 4_000_000);
    }

    [Theory]
    [InlineData("(y - y.Mean(axis: 0)) / (y.Square().Mean(axis: 0) + 1).Sqrt()")]
    [InlineData("(y + w) * (y - w)")]
    [InlineData("(y * w + y).Exp() * y")]
    [InlineData("y / y.Square().Sum(axis: 1, keepDims: true)")]
    public void Twice_the_operations_take_no_more_than_four_times_the_work(string operation)
    {
        var (once, twice) = (Measure(10, operation), Measure(20, operation));
        Assert.InRange(twice.Rewritings, once.Rewritings, 4 * once.Rewritings);
        Assert.InRange(twice.Nodes, once.Nodes, 4 * once.Nodes);
        Assert.InRange(twice.Characters, once.Characters, 4 * once.Characters);
    }

    [Fact]
    public void What_is_nested_too_deep_is_an_exception_and_no_overflow_of_the_stack()
    {
        var graph = new Graph();
        var value = graph.Scalar("s");
        for (var i = 0; i < 100_000; i++) value = graph.Apply(Functions.Table[0], value);
        Assert.Throws<InsufficientExecutionStackException>(() => new Simplifier(graph, CancellationToken.None).Run([value]));
    }
}
