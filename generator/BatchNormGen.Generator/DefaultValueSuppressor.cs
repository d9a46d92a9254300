using System.Collections.Immutable;
using BatchNormGen.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace BatchNormGen.Generator;

/// <summary>
/// Silences CS1066, which says that a default value on the implementing half of a partial method has no effect: the
/// generated declaring half repeats it, and there it has.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DefaultValueSuppressor : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor Repeated = new("BNGS1066", "CS1066", "The generated declaring half has the same default value.");

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = [Repeated];

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            var node = diagnostic.Location.SourceTree?.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan);
            if (node?.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method) continue;
            var symbol = context.GetSemanticModel(method.SyntaxTree).GetDeclaredSymbol(method, context.CancellationToken);
            if (symbol?.GetAttributes().Find("Differentiable") is not null) context.ReportSuppression(Suppression.Create(Repeated, diagnostic));
        }
    }
}
