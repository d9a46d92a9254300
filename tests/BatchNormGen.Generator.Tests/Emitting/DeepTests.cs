using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Tests.Emitting;

/// <summary>However long a body is, there is an answer: code, or a diagnostic that says what to do.</summary>
public class DeepTests
{
    /// <summary>Runs the generator where there is little stack, as on the threads of some compilers.</summary>
    private static Generation Generate(string source)
    {
        Generation? generation = null;
        var thread = new Thread(() => generation = Compile.Generate(source), 1 << 20);
        thread.Start();
        thread.Join();
        return generation!;
    }

    [Theory]
    [InlineData(1000, "(y + w) * (y - w)")]
    [InlineData(300, "y.Tanh()")]
    [InlineData(60, "(y - y.Mean(axis: 0)) / (y.Square().Mean(axis: 0) + 1).Sqrt()")]
    [InlineData(100, "y.Softmax(axis: 1)")]
    public void A_long_chain_is_written_where_the_stack_is_small(int length, string operation)
    {
        // A name that code cannot have, so that the pass that renames has to go all the way down too.
        var generation = Generate(LongLayers.Chain(length, operation).Replace("y7 ", "value ").Replace("y7.", "value.").Replace("y7)", "value)"));
        Assert.Empty(generation.Diagnostics);
        Assert.Single(generation.Result.GeneratedSources);
    }

    [Theory]
    [InlineData("y.Tanh()")]
    [InlineData("(y - y.Mean(axis: 0)) / (y.Square().Mean(axis: 0) + 1).Sqrt()")]
    public void Thousands_of_stages_are_too_long(string operation) =>
        Assert.Equal(["BNG0034"], Generate(LongLayers.Chain(1500, operation)).Diagnostics.Select(diagnostic => diagnostic.Id));

    [Theory]
    [InlineData("x + w", " + x")]
    [InlineData("x", ".Tanh()")]
    [InlineData("x", ".Relu().Exp()")]
    public void Thousands_of_operations_in_one_expression_are_written_or_too_long(string start, string operation)
    {
        var source = Layers.Source(
            """Tensor<float> Long([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)""",
            $"return {start}{string.Concat(Enumerable.Repeat(operation, 3000))};");
        var generation = Generate(source);
        Assert.Null(generation.Result.Exception);
        Assert.True(generation.Diagnostics.All(diagnostic => diagnostic.Id == "BNG0034"), generation.Diagnostics.FirstOrDefault()?.ToString());
    }
}
