using System.Text.RegularExpressions;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>Random layers know all that the staging library and the generator do, so that what is added there is drawn as well.</summary>
public sealed partial class VocabularyTests
{
    private static readonly RandomLayer[] Drawn = [.. Enumerable.Range(0, 4000).Select(LayerWriter.Draw)];

    private static readonly HashSet<string> Called = [.. Drawn.SelectMany(layer => layer.Statements).SelectMany(statement => Call().Matches(statement.Template)).Select(match => match.Groups[1].Value)];

    public static TheoryData<string> Staged => [.. typeof(StagedOperations).GetMethods().Where(method => method.IsStatic && !method.IsSpecialName).Select(method => method.Name).Distinct()];

    public static TheoryData<string> InTables => [.. Functions.Names.Concat(Compositions.Names).Distinct()];

    [Theory]
    [MemberData(nameof(Staged))]
    public void All_staged_operations_are_drawn(string name) => Assert.Contains(name, Called);

    [Theory]
    [MemberData(nameof(InTables))]
    public void All_functions_and_compositions_are_drawn(string name) => Assert.Contains(name, Called);

    [Theory]
    [InlineData("{0} + {1}")]
    [InlineData("{0} - {1}")]
    [InlineData("{0} * {1}")]
    [InlineData("{0} / ({1}")]
    [InlineData("-{0}")]
    [InlineData("GeluApproximation.Tanh")]
    [InlineData("keepDims: true")]
    [InlineData("correction: 1")]
    [InlineData("axes: [")]
    [InlineData("axis: -")]
    [InlineData("for (")]
    [InlineData("foreach (")]
    [InlineData("if (")]
    [InlineData("switch {")]
    [InlineData("var (")]
    [InlineData("Squash(")]
    [InlineData("Affine(")]
    [InlineData(".Damped(")]
    public void All_forms_of_statements_are_drawn(string part) => Assert.Contains(part, string.Join("\n", Drawn.SelectMany(layer => layer.Statements).Select(statement => statement.Template)), StringComparison.Ordinal);

    [Fact]
    public void All_kinds_of_layers_are_drawn()
    {
        Assert.Contains(Drawn, layer => layer.Attribute.Contains("Staged", StringComparison.Ordinal));
        Assert.All(Enum.GetNames<Saving>(), saving => Assert.Contains(Drawn, layer => layer.Attribute.Contains(saving, StringComparison.Ordinal)));
        Assert.All(Enum.GetValues<Form>(), form => Assert.Contains(Drawn, layer => layer.Parameters.Any(parameter => parameter.Value.Form == form)));
        Assert.Contains(Drawn, layer => layer.Outputs is [{ Form: Form.Scalar }]);
        Assert.Contains(Drawn, layer => layer.Outputs.Length > 2);
        Assert.Contains(Drawn, layer => layer.Subject.Outputs.Any(output => output.IsStopped));
        Assert.Contains(Drawn, layer => layer.Parameters.Any(parameter => parameter.Value is { Form: Form.Tensor } && !parameter.HasGradient));
        Assert.All(["1", "3"], axis => Assert.Contains(Drawn, layer => layer.Parameters.Any(parameter => parameter.Value.Axes.Contains(axis))));
        Assert.Contains(Drawn, layer => layer.Parameters.Any(parameter => parameter.Value.Axes.Distinct().Count() < parameter.Value.Axes.Length));
        Assert.All([0, 1, 17, 33], extent => Assert.Contains(Drawn, layer => layer.Parameters.Any(parameter => parameter.Value.Axes.Any(axis => axis != "1" && layer.Extents[axis] == extent))));
    }

    [GeneratedRegex(@"\.(\w+)(<real>)?\(")]
    private static partial Regex Call();
}
