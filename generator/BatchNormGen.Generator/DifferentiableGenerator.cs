using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using BatchNormGen.Generator.Diagnostics;
using BatchNormGen.Generator.Emitting;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator;

/// <summary>
/// Writes the forward and the backward of every method that is marked <c>[Differentiable]</c>. Reading yields a model
/// and diagnostics, which then go separate ways: source depends on the model alone, and locations move freely.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class DifferentiableGenerator : IIncrementalGenerator
{
    private readonly Func<Method, CancellationToken, Written> _write;

    /// <summary>The generator as the compiler creates it.</summary>
    public DifferentiableGenerator() : this(LayerSource.Write)
    {
    }

    internal DifferentiableGenerator(Func<Method, CancellationToken, Written> write) => _write = write;

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
        var said = sources
            .Where(static source => source.Failure is not null || source.Notes.Count > 0)
            .Select(static (source, token) => source with { Text = null })
            .Collect();

        context.RegisterSourceOutput(sources, static (output, source) =>
        {
            if (source.Text is not null) output.AddSource(source.HintName, source.Text);
        });
        context.RegisterSourceOutput(halves, static (output, half) => output.AddSource(half.HintName, LayerSource.Write(half)));
        context.RegisterSourceOutput(read.Collect().Combine(said), static (output, pair) =>
        {
            var (results, said) = pair;
            var placed = from source in said
                         let result = results.FirstOrDefault(result => source.HintName == result.Method?.Signature.HintName)
                         where result is not null
                         from diagnostic in source.At(result)
                         select diagnostic;
            foreach (var diagnostic in results.SelectMany(result => result.Diagnostics).Concat(placed).Distinct()) output.ReportDiagnostic(diagnostic);
        });
    }

    private Source Write(Method method, CancellationToken token)
    {
        var name = method.Signature.HintName;
        try
        {
            var (text, notes) = LargeStack.Run(() => _write(method, token));
            return new(name, text, Failure: null, notes);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new(name, method.Signature.DeclaringHalf is { } half ? LayerSource.Write(half) : null, Failure.Of(method.Signature.Name, exception), Notes: []);
        }
    }

    /// <summary>What came of the passes after reading. It says what went wrong, and what there is to note, where the method stands now.</summary>
    private sealed record Source(string HintName, string? Text, Failure? Failure, EquatableArray<Note> Notes)
    {
        public IEnumerable<Diagnostic> At(ReadResult read) =>
            Failure is not null ? [Failure.At(read.Location)] : Notes.Select(note => Diagnostic.Create(
                Descriptors.All.First(descriptor => descriptor.Id == note.Id), read.PlaceOf(note.Case, note.Stage), [.. note.Arguments]));
    }
}
