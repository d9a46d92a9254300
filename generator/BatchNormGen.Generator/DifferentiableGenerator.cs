using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using BatchNormGen.Generator.Diagnostics;
using BatchNormGen.Generator.Emitting;
using BatchNormGen.Generator.Reading;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator;

/// <summary>
/// Writes the forward and the backward of every method that is marked <c>[Differentiable]</c>. Reading yields a model
/// and diagnostics, which then go separate ways: source depends on the model alone, and locations move freely.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class DifferentiableGenerator : IIncrementalGenerator
{
    private readonly Func<Method, CancellationToken, string> _write;

    /// <summary>The generator as the compiler creates it.</summary>
    public DifferentiableGenerator() : this(LayerSource.Write)
    {
    }

    internal DifferentiableGenerator(Func<Method, CancellationToken, string> write) => _write = write;

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var read = context.SyntaxProvider
            .ForAttributeWithMetadataName(Annotations.Differentiable, static (node, token) => true, LayerReader.Read)
            .WithTrackingName("Read");
        var sources = read
            .SelectMany(static (result, token) => result.Method is { } method ? ImmutableArray.Create(method) : [])
            .WithTrackingName("Method")
            .Select(Write)
            .WithTrackingName("Source");
        var halves = read
            .SelectMany(static (result, token) => result.DeclaringHalf is { } half ? ImmutableArray.Create(half) : [])
            .WithTrackingName("DeclaringHalf");
        var failures = sources.Where(static source => source.Failure is not null).Collect();

        context.RegisterSourceOutput(sources, static (output, source) =>
        {
            if (source.Text is not null) output.AddSource(source.HintName, source.Text);
        });
        context.RegisterSourceOutput(halves, static (output, half) => output.AddSource(half.HintName, LayerSource.Write(half)));
        context.RegisterSourceOutput(read.Collect().Combine(failures), static (output, pair) =>
        {
            var (results, failures) = pair;
            foreach (var diagnostic in results.SelectMany(result => result.Diagnostics).Distinct()) output.ReportDiagnostic(diagnostic);
            foreach (var source in failures)
                if (results.FirstOrDefault(result => source.HintName == result.Method?.Signature.HintName) is { } failed) output.ReportDiagnostic(source.Failure!.At(failed.Location));
        });
    }

    private Source Write(Method method, CancellationToken token)
    {
        var name = method.Signature.HintName;
        try
        {
            return new(name, _write(method, token), Failure: null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new(name, method.Signature.DeclaringHalf is { } half ? LayerSource.Write(half) : null, Failure.Of(method.Signature.Name, exception));
        }
    }

    private sealed record Source(string HintName, string? Text, Failure? Failure);
}
