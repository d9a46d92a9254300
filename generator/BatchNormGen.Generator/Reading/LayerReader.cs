using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

/// <summary>Reads a method that is marked <c>[Differentiable]</c>: its declaration, then its body.</summary>
internal static class LayerReader
{
    public static ReadResult Read(GeneratorAttributeSyntaxContext context, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var location = Place.Of(context.TargetNode);
        Layer? layer = null;
        DeclaringHalf? half = null;
        try
        {
            layer = Read(context, diagnostics, token, ref half);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            diagnostics.Report(Failure.Of(context.TargetSymbol.Name, exception).At(location));
        }
        if (diagnostics.HasErrors) layer = null;
        return new(layer, layer is null ? half : null, diagnostics.ToImmutable(), location);
    }

    private static Layer? Read(GeneratorAttributeSyntaxContext context, DiagnosticBag diagnostics, CancellationToken token, ref DeclaringHalf? half)
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
        var scope = new Scope(new Graph(), diagnostics, token);
        var declaration = new SignatureReader(method, syntax, context.Attributes[0], scope).Read();
        half = declaration.DeclaringHalf;

        var model = context.SemanticModel.SyntaxTree == syntax.SyntaxTree
            ? context.SemanticModel
            : context.SemanticModel.Compilation.GetSemanticModel(syntax.SyntaxTree);
        if (syntax is { Body: null, ExpressionBody: null })
        {
            diagnostics.Report(Descriptors.NoBody, Place.Of(syntax), method.Name);
            return null;
        }
        if (model.GetOperation(syntax, token) is not IMethodBodyOperation body) return null;

        var statements = new StatementReader(scope, declaration.Results);
        statements.Visit(body.BlockBody ?? body.ExpressionBody);
        if (declaration.Signature is null || statements.Outputs is not { } outputs) return null;
        if (declaration.ResultShape is { } declared) declared.Check(outputs[0], scope);
        return new(declaration.Signature, scope.Graph, statements.Stages, statements.Layouts, outputs, scope.Conditions.ToImmutableArray());
    }

    /// <summary>Whether the declaration is still being typed: the compiler says what it misses.</summary>
    private static bool IsUnfinished(MethodDeclarationSyntax method) =>
        method.Body is null && method.ContainsDiagnostics
        || method.ChildNodesAndTokens().Any(part => part.AsNode() is not (BlockSyntax or ArrowExpressionClauseSyntax) && part.ContainsDiagnostics);
}
