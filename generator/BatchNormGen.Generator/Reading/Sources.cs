using System;
using System.Collections.Generic;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

/// <summary>The bodies of methods, as far as they are in the compilation.</summary>
internal sealed class Sources(Compilation compilation, CancellationToken token)
{
    private readonly Dictionary<SyntaxTree, SemanticModel> _models = [];
    private readonly Dictionary<IMethodSymbol, IBlockOperation?> _bodies = new(SymbolEqualityComparer.Default);

    /// <summary>The half of a method that has the body, as it is declared, without type arguments.</summary>
    public static IMethodSymbol Implementation(IMethodSymbol method)
    {
        var declared = method.OriginalDefinition;
        return declared.PartialImplementationPart ?? declared;
    }

    /// <summary>The body of an implementation; null where there is none.</summary>
    public IBlockOperation? Body(IMethodSymbol method)
    {
        if (!_bodies.TryGetValue(method, out var body)) _bodies.Add(method, body = Find(method));
        return body;
    }

    /// <summary>How deep syntax is nested, so that there is stack for the compiler and for all passes.</summary>
    private const int Deepest = 1000;

    private IBlockOperation? Find(IMethodSymbol method)
    {
        if (method.DeclaringSyntaxReferences.Length == 0 || method.DeclaringSyntaxReferences[0].GetSyntax(token) is not { } syntax) return null;
        if (IsTooDeep(syntax)) throw new InsufficientExecutionStackException($"The body of '{method.Name}' is nested too deeply.");
        if (!_models.TryGetValue(syntax.SyntaxTree, out var model)) _models.Add(syntax.SyntaxTree, model = compilation.GetSemanticModel(syntax.SyntaxTree));
        if (syntax is LocalFunctionStatementSyntax) return LocalFunction(model, syntax);
        return model.GetOperation(syntax, token) is IMethodBodyBaseOperation body ? body.BlockBody ?? body.ExpressionBody : null;
    }

    private static bool IsTooDeep(SyntaxNode body)
    {
        var pending = new Stack<(SyntaxNode Node, int Depth)>([(body, 0)]);
        while (pending.Count > 0)
        {
            var (node, depth) = pending.Pop();
            if (depth > Deepest) return true;
            foreach (var child in node.ChildNodes()) pending.Push((child, depth + 1));
        }
        return false;
    }

    private IBlockOperation? LocalFunction(SemanticModel model, SyntaxNode syntax) =>
        model.GetOperation(syntax, token) is ILocalFunctionOperation function ? function.Body ?? function.IgnoredBody : null;
}
