using System.Globalization;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Generator.Tests.Diagnostics;

public class FailureTests
{
    [Fact]
    public void A_failure_names_the_method_and_the_exception_on_one_line()
    {
        var diagnostic = Failure.Of("BatchNorm", new InvalidOperationException("No such\r\nthing.")).At(Location.None);
        Assert.Equal("BNG9999", diagnostic.Id);
        Assert.Equal(
            "The generator failed on 'BatchNorm' with InvalidOperationException: No such thing. This is a defect of BatchNormGen; please report it, with the method, at https://github.com/batchnormgen/batchnormgen/issues.",
            diagnostic.GetMessage(CultureInfo.InvariantCulture));
    }

    private const string Two = """
        public static partial class Layers
        {
            [Differentiable] public static partial Tensor<float> First([Shape("N")] Tensor<float> x) => x * 2;
            [Differentiable] public static partial Tensor<float> Second([Shape("N")] Tensor<float> x) => x * 3;
        }
        """;

    private static (GeneratorDriver Driver, Compilation Compilation) Run(Func<string, string> write)
    {
        var generator = new DifferentiableGenerator((layer, _) => new(write(layer.Signature.Name), []));
        var driver = CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], parseOptions: Compile.Options)
            .RunGeneratorsAndUpdateCompilation(Compile.Of(Two), out var compilation, out _, TestContext.Current.CancellationToken);
        return (driver, compilation);
    }

    [Fact]
    public void A_failure_of_one_layer_is_said_at_its_name_and_leaves_the_others_alone()
    {
        var (driver, compilation) = Run(name => name == "Second" ? throw new InvalidOperationException("No such thing.") : "// " + name);
        var result = Assert.Single(driver.GetRunResult().Results);
        Assert.Null(result.Exception);
        var diagnostic = Assert.Single(result.Diagnostics);
        Assert.Equal("BNG9999", diagnostic.Id);
        Assert.Equal("Second", diagnostic.Location.SourceTree!.GetText(TestContext.Current.CancellationToken).ToString(diagnostic.Location.SourceSpan));
        Assert.Equal("// First", result.GeneratedSources.Single(file => file.HintName == "Layers.First.g.cs").SourceText.ToString());

        // The declaring half of the failed one is there, so that the compiler does not complain of that on top.
        Assert.Equal(["First"], compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(error => error.Id == "CS0759").Select(error => error.Location.SourceTree!.GetText().ToString(error.Location.SourceSpan)));
    }

    [Fact]
    public void A_cancellation_is_no_failure()
    {
        var result = Assert.Single(Run(name => throw new OperationCanceledException()).Driver.GetRunResult().Results);
        Assert.IsType<OperationCanceledException>(result.Exception);
        Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.Id == "BNG9999");
    }
}
