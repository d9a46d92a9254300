using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Differentiating;
using BatchNormGen.Generator.Emitting;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;
using BatchNormGen.Generator.Tests.Simplifying;

namespace BatchNormGen.Generator.Tests;

/// <summary>Takes sources through the passes, as the generator does, and prints what each of them makes.</summary>
internal static class Passes
{
    /// <summary>The model of the one method in a source, by the reader alone.</summary>
    public static Layer Read(string source)
    {
        ReadResult? read = null;
        CSharpGeneratorDriver.Create([new Reader(result => read = result).AsSourceGenerator()], parseOptions: Compile.Options).RunGenerators(Compile.Of(source));
        Assert.NotNull(read);
        Assert.Empty(read.Diagnostics);
        return Assert.Single(read.Method!.Cases).Layer;
    }

    private sealed class Reader(Action<ReadResult> read) : IIncrementalGenerator
    {
        public void Initialize(IncrementalGeneratorInitializationContext context) => context.RegisterSourceOutput(
            context.SyntaxProvider.ForAttributeWithMetadataName(Annotations.Differentiable, (_, _) => true, LayerReader.Read),
            (_, result) => read(result));
    }

    public static Gradients Differentiate(string source) => Differentiate(Read(source));

    public static Gradients Differentiate(Layer layer) => ReverseWalk.Run(layer, CancellationToken.None);

    public static ClosedForm Simplify(string source) => Soundness.Simplify(Read(source), CancellationToken.None);

    public static Plan Plan(string source) => Planner.Run(Simplify(source), CancellationToken.None);

    /// <summary>What each operand receives, stage by stage, and then the gradients of the parameters.</summary>
    public static string Print(Gradients gradients) => string.Join("\n",
    [
        .. from step in gradients.Steps
           from contribution in step.Contributions
           select $"{step.Stage.Name}: {Printer.Indexed(contribution.Name, contribution.Target.Free)} ← {contribution.Value}",
        .. from gradient in gradients.Results
           select Printer.Plain.PrintDefinition(((Named)gradient.Value).Name, gradient.Value),
    ]);

    /// <summary>The gradients in closed form, as the derivation ends.</summary>
    public static string Print(ClosedForm form) => string.Join("\n", DerivationText.WriteClosedForm(form));
}
