using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Diagnostics;

/// <summary>Collects diagnostics in the order in which they are found, each once.</summary>
internal sealed class DiagnosticBag
{
    private readonly ImmutableArray<Diagnostic>.Builder _diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();

    public int ErrorCount { get; private set; }

    public void Report(DiagnosticDescriptor descriptor, Location location, params object[] arguments) =>
        Report(Diagnostic.Create(descriptor, location, arguments));

    public void Report(Diagnostic diagnostic)
    {
        if (diagnostic.Severity == DiagnosticSeverity.Error) ErrorCount++;
        if (!_diagnostics.Contains(diagnostic)) _diagnostics.Add(diagnostic);
    }

    /// <summary>Adds what was not said yet, in other words or not, where it is said here.</summary>
    public void Add(DiagnosticBag others)
    {
        var said = _diagnostics.Select(diagnostic => (diagnostic.Id, diagnostic.Location)).ToImmutableHashSet();
        foreach (var diagnostic in others._diagnostics)
            if (!said.Contains((diagnostic.Id, diagnostic.Location))) Report(diagnostic);
    }

    public ImmutableArray<Diagnostic> ToImmutable() => _diagnostics.ToImmutable();
}
