using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BatchNormGen.Generator.Reading;

/// <summary>Reads a method that is marked <c>[Differentiable]</c>: its declaration, then its body, once for each case.</summary>
internal static class LayerReader
{
    /// <summary>So many formulas may come of one method.</summary>
    private const int MostCases = 16;

    public static ReadResult Read(GeneratorAttributeSyntaxContext context, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var location = Place.Of(context.TargetNode);
        Method? method = null;
        DeclaringHalf? half = null;
        var places = ImmutableArray.CreateBuilder<StagePlace>();
        try
        {
            method = Read(context, diagnostics, places, token, ref half);
        }
        catch (InsufficientExecutionStackException)
        {
            diagnostics.Report(Descriptors.TooLong, location, Scope.MostRepetitions);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            diagnostics.Report(Failure.Of(context.TargetSymbol.Name, exception).At(location));
        }
        if (diagnostics.ErrorCount > 0) method = null;
        return new(method, method is null ? half : null, diagnostics.ToImmutable(), location, places.ToImmutable());
    }

    private static Method? Read(GeneratorAttributeSyntaxContext context, DiagnosticBag diagnostics, ImmutableArray<StagePlace>.Builder places, CancellationToken token, ref DeclaringHalf? half)
    {
        if (context.TargetSymbol is not IMethodSymbol marked) return null;
        if (context.TargetNode is not MethodDeclarationSyntax)
        {
            diagnostics.Report(Descriptors.MethodNotStatic, Place.Of(context.TargetNode), context.TargetSymbol.Name, "Move the body into a static method of the type");
            return null;
        }

        // The attribute may stand on either half of a partial method; the body is in the implementing one.
        var method = marked.PartialImplementationPart ?? marked;
        var syntax = (MethodDeclarationSyntax)method.DeclaringSyntaxReferences[0].GetSyntax(token);
        if (IsUnfinished(syntax)) return null;
        var sources = new Sources(context.SemanticModel.Compilation, token);
        var decisions = new Decisions();
        var splits = new Splits();
        var cases = ImmutableArray.CreateBuilder<Case>();
        var readings = 0;
        do
        {
            var said = new DiagnosticBag();
            var scope = new Scope(new Graph(), said, decisions, splits, sources, token);
            splits.Begin(scope);
            var declaration = new SignatureReader(method, syntax, context.Attributes[0], scope).Read();
            half = declaration.DeclaringHalf;
            var layer = ReadBody(method, syntax, declaration, scope);
            if (splits.AreNew)
            {
                // Everything is read again, now that it is known what the axis is made of.
                decisions = new();
                cases.Clear();
                places.Clear();
                readings = 0;
                continue;
            }
            if (layer is not null)
            {
                places.AddRange(scope.Places.Select(place => new StagePlace(cases.Count, place.Stage, place.Location)));
                cases.Add(new(decisions.Choices, layer));
            }
            diagnostics.Add(said);
            if (++readings <= MostCases) continue;
            diagnostics.Report(Descriptors.TooManyCases, Place.Of(syntax), method.Name, MostCases);
            return null;
        }
        while (splits.AreNew || decisions.Advance());
        if (cases.Count < readings || !Agree(cases, diagnostics, Place.Of(syntax))) return null;
        return new(cases[0].Layer.Signature, cases.ToImmutable());
    }

    private static Layer? ReadBody(IMethodSymbol method, MethodDeclarationSyntax syntax, Declaration declaration, Scope scope)
    {
        if (syntax is { Body: null, ExpressionBody: null })
        {
            scope.Report(Descriptors.NoBody, Place.Of(syntax), method.Name);
            return null;
        }
        if (scope.Sources.Body(method) is not { } body) return null;

        var results = declaration.Results;
        var statements = new StatementReader(scope, returns: !results.IsEmpty);
        scope.In(method, () => statements.Read(body));
        var returned = statements.Returned;
        if (declaration.Signature is null || returned.Length != results.Length || returned.IsEmpty || returned.Any(part => part is null)) return null;
        ImmutableArray<Output> outputs = [.. returned.Select((value, i) => new Output(results[i], value!.Layout, value.Expr is Named ? value.Expr : scope.Stage(results[i], value, statements.ReturnedFrom[i])))];
        if (declaration.ResultShape is { } declared) declared.Check(outputs[0], scope);
        return new(declaration.Signature, scope.Graph, scope.Stages, scope.Layouts, outputs, scope.Conditions.ToImmutableArray());
    }

    /// <summary>Whether the outputs have the same axes in all cases.</summary>
    private static bool Agree(IReadOnlyList<Case> cases, DiagnosticBag diagnostics, Location place)
    {
        foreach (var other in cases.Skip(1))
            foreach (var (a, b) in cases[0].Layer.Outputs.Zip(other.Layer.Outputs, (a, b) => (a, b)))
            {
                var (first, second) = (Value.Write(a.Layout), Value.Write(b.Layout));
                if (first == second) continue;
                diagnostics.Report(Descriptors.CasesDiffer, place, a.Name, first, string.Join(", ", cases[0].Choices), second, string.Join(", ", other.Choices));
                return false;
            }
        return true;
    }

    /// <summary>Whether the declaration is still being typed: the compiler says what it misses.</summary>
    private static bool IsUnfinished(MethodDeclarationSyntax method) =>
        method.Body is null && method.ContainsDiagnostics
        || method.ChildNodesAndTokens().Any(part => part.AsNode() is not (BlockSyntax or ArrowExpressionClauseSyntax) && part.ContainsDiagnostics);
}
