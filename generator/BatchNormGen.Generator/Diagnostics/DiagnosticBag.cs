using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Diagnostics;

/// <summary>Collects diagnostics in the order in which they are found.</summary>
internal sealed class DiagnosticBag
{
    private readonly ImmutableArray<Diagnostic>.Builder _diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();

    public bool HasErrors => _diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    public void Report(DiagnosticDescriptor descriptor, Location location, params object[] arguments) =>
        Report(Diagnostic.Create(descriptor, location, arguments));

    public void Report(Diagnostic diagnostic) => _diagnostics.Add(diagnostic);

    public ImmutableArray<Diagnostic> ToImmutable() => _diagnostics.ToImmutable();
}
