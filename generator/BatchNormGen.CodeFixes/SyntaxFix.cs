using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace BatchNormGen.CodeFixes;

/// <summary>
/// A fix that needs no more than the syntax around a diagnostic of the generator. All of a document are fixed one after
/// the other, so that each sees what became of the others.
/// </summary>
/// <typeparam name="TNode">The innermost node around the diagnostic that the fix is about.</typeparam>
/// <param name="id">The diagnostic.</param>
/// <param name="title">What the editor offers.</param>
public abstract class SyntaxFix<TNode>(string id, string title) : CodeFixProvider
    where TNode : SyntaxNode
{
    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds => [id];

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() =>
        FixAllProvider.Create(async (context, document, diagnostics) => await FixAsync(document, diagnostics, context.CancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || Nodes(root, context.Diagnostics).All(node => Fix(root, node) is null)) return;
        context.RegisterCodeFix(CodeAction.Create(title, token => FixAsync(context.Document, context.Diagnostics, token), equivalenceKey: id), context.Diagnostics);
    }

    /// <summary>The root with the node mended; null where the fix has no answer.</summary>
    protected abstract SyntaxNode? Fix(SyntaxNode root, TNode node);

    private async Task<Document> FixAsync(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken token)
    {
        var root = await document.GetSyntaxRootAsync(token).ConfigureAwait(false);
        if (root is null) return document;
        var nodes = Nodes(root, diagnostics);
        root = root.TrackNodes(nodes);
        foreach (var node in nodes)
            if (root.GetCurrentNode(node) is { } current) root = Fix(root, current) ?? root;
        return document.WithSyntaxRoot(root);
    }

    private static IReadOnlyList<TNode> Nodes(SyntaxNode root, IEnumerable<Diagnostic> diagnostics) =>
        [.. diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)
            .Select(diagnostic => root.FindToken(diagnostic.Location.SourceSpan.Start).Parent?.FirstAncestorOrSelf<TNode>())
            .OfType<TNode>()
            .Distinct()];
}
