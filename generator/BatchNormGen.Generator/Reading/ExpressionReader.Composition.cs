using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

// Calls of methods whose source is here: the body is read in place of the call, with the arguments for its parameters.
internal sealed partial class ExpressionReader
{
    /// <summary>Whether a call is read by the body of what it calls.</summary>
    private static bool IsComposed(IInvocationOperation operation) => !operation.TargetMethod.DeclaringSyntaxReferences.IsEmpty;

    private static bool IsDelegateOfLocal(IInvocationOperation operation) =>
        operation is { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: ILocalReferenceOperation or IParameterReferenceOperation };

    private ImmutableArray<Value?> ReadComposed(IInvocationOperation operation)
    {
        var method = Sources.Implementation(operation.TargetMethod);
        var place = Place.Of(operation.Syntax);
        if (scope.IsIn(method))
        {
            scope.Report(Descriptors.Recursion, place, method.Name);
            return [];
        }
        var body = scope.Sources.Body(method);
        if (WhyNot(operation.TargetMethod, method, body) is var (why, instead))
        {
            scope.Report(Descriptors.NotComposed, place, method.Name, why, instead);
            return [];
        }
        if (ReadArguments(operation, method) is not { } arguments || !ArgumentShapes.Check(scope, method, arguments, place) || !scope.Repeat(place) || !scope.Nest(place)) return [];
        foreach (var (parameter, parts, argument) in arguments) scope.Set(parameter, [.. parts.Select(part => Summed(parameter, part, argument))]);

        if (!method.IsDifferentiable()) return ReadBody(method, body!);
        var returned = scope.Quietly(() => ReadBody(method, body!), out var unsaid);
        var error = unsaid.FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        if (error is null) return returned;
        if (error.Id == Descriptors.Recursion.Id) scope.Report(Descriptors.Recursion, place, method.Name);
        else scope.Report(Descriptors.CalleeNotRead, place, method.Name, error.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        return [];
    }

    /// <summary>
    /// An argument as the body sees it. One that is made of sums becomes a stage under the name of the parameter: the body may use
    /// it more than once, and its gradient is to be added up before it goes through the sums, among them products of matrices.
    /// So does one that is long, since with calls within calls it could double each time.
    /// </summary>
    private Value? Summed(IParameterSymbol parameter, Value? part, IOperation argument) =>
        part is not null && (part.Expr.IsLong() || part.Expr.Nodes(stop: node => node is Named).Any(node => node is Reduce)) ? scope.Keep(parameter.Name, parameter.Type, part, argument.Syntax.GetLocation()) : part;

    /// <summary>
    /// What the compiler does not know, which it says itself. Only what this generator is going to write will be known after
    /// all, and is named here.
    /// </summary>
    private Value? Unknown(IOperation operation)
    {
        foreach (var call in operation.Syntax.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>())
            if (operation.SemanticModel is { } model && Place.NameOf(call) is { } name && Annotations.Generated.FirstOrDefault(ending => name.Identifier.Text.EndsWith(ending, StringComparison.Ordinal)) is { } ending)
            {
                var layer = name.Identifier.Text.Substring(0, name.Identifier.Text.Length - ending.Length);
                var type = (call.Expression as MemberAccessExpressionSyntax)?.Expression is { } qualifier ? model.GetSymbolInfo(qualifier, scope.Token).Symbol as INamedTypeSymbol : null;
                if (layer.Length > 0 && model.LookupSymbols(call.SpanStart, type, layer).OfType<IMethodSymbol>().Any(method => method.IsDifferentiable()))
                    scope.Report(Descriptors.NotComposed, name.GetLocation(), name.Identifier.Text, "it is generated, and generated code is not read", $"Call '{layer}', which is read in place of its call");
            }
        return null;
    }

    // What generic code has for numbers and conversions.

    /// <summary><c>T.One</c> and its kin.</summary>
    private static Rational? NumberOfType(IOperation operation) =>
        operation is not IPropertyReferenceOperation { Instance: null, Type: ITypeParameterSymbol, Property.Name: var name } ? null
        : name switch { "Zero" => Rational.Zero, "One" => Rational.One, "NegativeOne" => Rational.MinusOne, _ => null };

    /// <summary><c>T.CreateChecked(number)</c> and its kin.</summary>
    private static bool IsConversion(IInvocationOperation operation) =>
        operation is { TargetMethod.Name: "CreateChecked" or "CreateSaturating" or "CreateTruncating", Arguments: [{ Value.Type: var from }] }
        && operation.Type.IsFloating() && (from.IsFloating() || from.IsInteger());

    private ImmutableArray<Value?> ReadBody(IMethodSymbol method, IBlockOperation body) => scope.In(method, () =>
    {
        var statements = new StatementReader(scope);
        statements.Read(body);
        return statements.Returned;
    });

    /// <summary>Why a method cannot be read in place of its call, and what to do; null where it can.</summary>
    private static (string Why, string Instead)? WhyNot(IMethodSymbol called, IMethodSymbol method, IBlockOperation? body) =>
        method.IsAbstract || method.IsVirtual || method.IsOverride || method.ContainingType is { TypeKind: TypeKind.Interface } && !method.IsStatic
            ? ("which code it runs is known only when the layer runs", "Call a static method")
        : !method.IsStatic && method.MethodKind != MethodKind.LocalFunction && !method.ContainingType.IsExtension
            ? ("it belongs to an object, whose state the layer does not know", "Declare it 'static', and pass what it reads of its object as arguments")
        : body is null ? ("it has no body in C#", "Call a method with a body")
        : method.IsAsync || method.IsIterator ? ("it does not run from its beginning to its end", "Call an ordinary method")
        : method.RefKind != RefKind.None ? ("it returns a reference", "Return the value")
        : called.TypeArguments.Concat(called.ContainingType.TypeArguments).Any(type => !type.IsFloating() && !type.IsUnknown())
            ? ("its type arguments are not float or double", "Write it for the type that it is called with")
        : null;

    /// <summary>The parts of each parameter, in the order in which C# computes them; null where something was said.</summary>
    private List<(IParameterSymbol Parameter, ImmutableArray<Value?> Parts, IOperation Argument)>? ReadArguments(IInvocationOperation operation, IMethodSymbol method)
    {
        var arguments = new List<(IParameterSymbol, ImmutableArray<Value?>, IOperation)>();
        if (operation.Instance is { } receiver && method.ContainingType.ExtensionParameter is { } extended) arguments.Add((extended, ReadAll(receiver), receiver));
        foreach (var argument in operation.Arguments)
        {
            if (argument.Parameter is not { } parameter) return null;
            if (parameter.RefKind is RefKind.Ref or RefKind.Out)
            {
                scope.Report(Descriptors.Mutation, argument.Syntax.GetLocation(), Place.Text(argument.Syntax), Advice.Results);
                return null;
            }
            arguments.Add((method.Parameters[parameter.Ordinal], ReadAll(argument.Value), argument.Value));
        }
        return arguments;
    }
}
