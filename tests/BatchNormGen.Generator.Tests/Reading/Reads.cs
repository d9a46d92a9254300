using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Tests.Reading;

/// <summary>Reads methods through the generator's own pipeline.</summary>
internal static class Reads
{
    /// <summary>The model of the one method in a source that is valid C#.</summary>
    public static Layer Layer(params IEnumerable<string> sources) => Assert.Single(Assert.Single(Methods(sources)).Cases).Layer;

    /// <summary>The models of all methods in a source that is valid C#.</summary>
    public static IReadOnlyList<Method> Methods(params IEnumerable<string> sources)
    {
        var generation = Compile.Generate(sources);
        Assert.DoesNotContain(generation.Objections, diagnostic => diagnostic.Id != "BNG9999");
        Assert.Empty(generation.UserErrors);
        return [.. generation.Step("Method").Select(step => (Method)step.Value)];
    }

    /// <summary>A method with tensors x [N, D], w and v [D], g [D, D], a scalar s and an integer k, around a body.</summary>
    public static string Method(string body, string result = "Tensor<float>") => $$"""
        public static partial class Layers
        {
            [Differentiable]
            public static partial {{result}} Layer(
                [Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w, [Shape("D")] Tensor<float> v, [Shape("D, D")] Tensor<float> g, float s, int k)
            {
                {{body}}
            }
        }
        """;

    /// <summary>The stages of a body, each on its line, in mathematical notation.</summary>
    public static string Stages(string body, string result = "Tensor<float>") => Print(Layer(Method(body, result)));

    /// <summary>What an expression over the parameters of <see cref="Method"/> is read as, and its shape.</summary>
    public static string Expression(string expression, string result = "Tensor<float>")
    {
        var layer = Layer(Method($"return {expression};", result));
        var output = Assert.Single(layer.Outputs);
        return Printer.Plain.PrintValue(output.Value) + (output.Layout.Count == 0 ? "" : " : " + Value.Write(output.Layout));
    }

    /// <summary>Each case: what was chosen, and its stages.</summary>
    public static string Print(Method method) =>
        string.Join("\n", method.Cases.Select(one => string.Join(", ", one.Choices) + ":\n" + Print(one.Layer)));

    public static string Print(Layer layer) =>
        string.Join("\n", layer.Stages.Select(stage => Printer.Plain.PrintDefinition(stage.Name, stage.Value)));
}
