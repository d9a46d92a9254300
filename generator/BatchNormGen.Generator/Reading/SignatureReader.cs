using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BatchNormGen.Generator.Reading;

/// <summary>Reads the declaration of a method, and declares its parameters to the body.</summary>
internal sealed class SignatureReader(IMethodSymbol method, MethodDeclarationSyntax syntax, AttributeData attribute, Scope scope)
{
    private const string SingleOutput = "output";

    private static readonly SymbolDisplayFormat Escaped = SymbolDisplayFormat.CSharpErrorMessageFormat
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>Types that mean the same wherever they stand, and names as C# writes them.</summary>
    private static readonly SymbolDisplayFormat Half = SymbolDisplayFormat.FullyQualifiedFormat
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeRef)
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeModifiers)
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    public Declaration Read()
    {
        CheckMethod();
        var types = ReadTypes();
        var results = ReadResults(out var resultType);
        var parameters = method.Parameters.Select(ReadParameter).ToImmutableArray();
        foreach (var parameter in method.Parameters) Declare(parameter, parameters[parameter.Ordinal]);
        if (resultType is not null) CheckElements(resultType);
        CheckNames(parameters, results);
        var shape = ReadResultShape(results);

        var half = ReadDeclaringHalf(types);
        var signature = resultType is null || parameters.Any(parameter => parameter is null) || !AreDistinct(parameters.Select(parameter => parameter!.Name)) || !AreDistinct(results) ? null : new Signature(
            Namespace,
            types.Select(Opening).ToImmutableArray(),
            types.Select(type => type.Name).ToImmutableArray(),
            method.Name,
            SyntaxFacts.GetText(method.DeclaredAccessibility),
            HintName(types),
            half,
            HasDocumentation: syntax.GetLeadingTrivia().Any(IsDocumentation),
            resultType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            parameters.Select(parameter => parameter!).ToImmutableArray(),
            ReadBackward(),
            method.TypeParameters is [var type] ? new(type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), Constraints(type)) : null,
            ReadSaving());
        return new(signature, half, results, shape);
    }

    /// <summary>Whether each name is there once; where it is not, the compiler says so.</summary>
    private static bool AreDistinct(IEnumerable<string> names) => names.All(new HashSet<string>().Add);

    private string Namespace => method.ContainingNamespace.IsGlobalNamespace ? "" : method.ContainingNamespace.ToDisplayString(Escaped);

    private string HintName(ImmutableArray<INamedTypeSymbol> types)
    {
        var parts = types.Select(type => type.Name).Prepend(Namespace).Append(method.Name).Where(part => part.Length > 0);
        return string.Concat(string.Join(".", parts).Where(c => char.IsLetterOrDigit(c) || c is '.' or '_')) + ".g.cs";
    }

    private DeclaringHalf? ReadDeclaringHalf(ImmutableArray<INamedTypeSymbol> types)
    {
        if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword) || method.IsPartialDefinition || method.PartialDefinitionPart is not null) return null;
        if (method.ReturnType.IsUnknown() || method.Parameters.Any(parameter => parameter.Type.IsUnknown())) return null;
        if (!types.All(type => IsPartial(type) && type.TypeParameters.Length == 0) || Namesake is not null) return null;
        var modifiers = string.Concat(syntax.Modifiers.Where(modifier => !modifier.IsKind(SyntaxKind.AsyncKeyword)).Select(modifier => modifier.Text + " "));
        var parameters = method.Parameters.Select(parameter => parameter.ToDisplayString(Half) + (ReadDefault(parameter) is { } value ? " = " + value : ""));
        return new(HintName(types), Namespace, types.Select(Opening).ToImmutableArray(), $"{modifiers}{method.ToDisplayString(Half)}({string.Join(", ", parameters)}){string.Concat(method.TypeParameters.Select(Constraints).Where(text => text.Length > 0).Select((text, i) => $" where {method.TypeParameters[i].ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)} : {text}"))};");
    }

    /// <summary>Whether there can be another part of the type in another file.</summary>
    private bool IsPartial(INamedTypeSymbol type) =>
        !type.IsFileLocal && type.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(scope.Token)).OfType<TypeDeclarationSyntax>().Any(part => part.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static bool IsDocumentation(SyntaxTrivia trivia) =>
        trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineDocumentationCommentTrivia);

    private BackwardForm ReadBackward() => ReadArgument(nameof(Signature.Backward)) is { } form ? (BackwardForm)form : BackwardForm.ClosedForm;

    private Saving ReadSaving() => ReadArgument(nameof(Signature.Save)) is { } saving ? (Saving)saving : Saving.Balanced;

    /// <summary>The number behind a member of an enum that the attribute sets.</summary>
    private int? ReadArgument(string name) => attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value as int?;

    private void CheckMethod()
    {
        if (!method.IsStatic) scope.Report(Descriptors.MethodNotStatic, Place.Of(syntax), method.Name, "Declare it 'static', and pass what it reads of its object as parameters");
        if (method.IsGenericMethod) CheckGeneric();
        if (Namesake is { } namesake) scope.Report(Descriptors.NameTaken, Place.Of(syntax), method.ContainingType.Name, namesake.Name);
    }

    private void CheckGeneric()
    {
        var type = method.TypeParameters[0];
        if (method.TypeParameters.Length > 1) Report("a layer has one element type", $"Keep one type parameter, that of the tensors");
        else if (!IsElement(type)) Report($"'{type.Name}' is not known to be a floating-point type", $"Declare 'where {type.Name} : unmanaged, IFloatingPointIeee754<{type.Name}>'");
        else if (SyntaxFacts.GetContextualKeywordKind(type.Name) != SyntaxKind.None || method.Parameters.Any(parameter => "d" + parameter.Name == type.Name))
            Report($"'{type.Name}' means something else in the generated code", "Call the type parameter T");
        else if (ReadBackward() == BackwardForm.Staged) Report("the staged form is written for one element type", "Write the method for float or for double");

        void Report(string why, string instead) => scope.Report(Descriptors.Generic, Place.Of(syntax), method.Name, why, instead);
    }

    /// <summary>Whether a type parameter may stand for float and double.</summary>
    private static bool IsElement(ITypeParameterSymbol type) =>
        type.HasUnmanagedTypeConstraint
        && type.ConstraintTypes.Any(constraint => constraint is INamedTypeSymbol { Name: "IFloatingPointIeee754", TypeArguments: [var self] } && SymbolEqualityComparer.Default.Equals(self, type));

    /// <summary>What a type parameter has to be, as C# says it after the colon.</summary>
    private static string Constraints(ITypeParameterSymbol type)
    {
        var kind = type.HasUnmanagedTypeConstraint ? "unmanaged" : type.HasValueTypeConstraint ? "struct" : type.HasReferenceTypeConstraint ? "class" : type.HasNotNullConstraint ? "notnull" : "";
        var types = type.ConstraintTypes.Select(constraint => constraint.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat));
        return string.Join(", ", types.Prepend(kind).Append(type.HasConstructorConstraint ? "new()" : "").Where(text => text.Length > 0));
    }

    private IMethodSymbol? Namesake => method.ContainingType.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(IsNamesake);

    /// <summary>File names are compared without case, so generated ones are.</summary>
    private bool IsNamesake(IMethodSymbol other) =>
        string.Equals(other.Name, method.Name, StringComparison.OrdinalIgnoreCase)
        && !SymbolEqualityComparer.Default.Equals(other, method)
        && !SymbolEqualityComparer.Default.Equals(other, method.PartialDefinitionPart)
        && other.GetAttributes().Any(data => data.AttributeClass?.ToDisplayString() == Annotations.Differentiable);

    private ImmutableArray<INamedTypeSymbol> ReadTypes()
    {
        var types = ImmutableArray.CreateBuilder<INamedTypeSymbol>();
        for (var type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            types.Insert(0, type);
            if (type.TypeParameters.Length > 0) scope.Report(Descriptors.Generic, Place.Of(syntax), type.Name, "the generated file extends one type", "Move the method to a type without type parameters");
            if (!IsPartial(type))
                scope.Report(Descriptors.TypeNotPartial, Place.Of(syntax), type.Name, method.Name, Opening(type));
        }
        return types.ToImmutable();
    }

    private static string Opening(INamedTypeSymbol type) =>
        (type.IsStatic ? "static partial " : "partial ") + Keyword(type) + " " + (SyntaxFacts.GetContextualKeywordKind(type.Name) == SyntaxKind.None ? "" : "@") + type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static string Keyword(INamedTypeSymbol type) => type switch
    {
        { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
        { IsRecord: true } => "record",
        { TypeKind: TypeKind.Struct } => "struct",
        { TypeKind: TypeKind.Interface } => "interface",
        _ => "class",
    };

    /// <summary>The names of what is returned, and the element type of the first of them.</summary>
    private ImmutableArray<string> ReadResults(out ITypeSymbol? element)
    {
        element = null;
        if (method.ReturnType.IsUnknown()) return [];
        if (method.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple
            && tuple.TupleElements.All(field => field.IsExplicitlyNamedTupleElement && ResultElement(field.Type) is not null))
        {
            element = ResultElement(tuple.TupleElements[0].Type);
            return [.. tuple.TupleElements.Select(field => field.Name)];
        }
        if (!method.ReturnsByRef && !method.ReturnsByRefReadonly && ResultElement(method.ReturnType) is { } single)
        {
            element = single;
            return [SingleOutput];
        }
        scope.Report(Descriptors.ReturnType, syntax.ReturnType.GetLocation(), syntax.ReturnType.ToString());
        return [];
    }

    private static ITypeSymbol? ResultElement(ITypeSymbol type) =>
        type.NullableAnnotation == NullableAnnotation.Annotated ? null
        : type.IsFloating() ? type
        : type.TensorElement() is { } element && element.IsFloating() ? element
        : null;

    private Parameter? ReadParameter(IParameterSymbol parameter)
    {
        var place = Syntax(parameter);
        if (place.Modifiers.Count > 0)
        {
            scope.Report(Descriptors.ParameterModifier, place.Modifiers[0].GetLocation(), parameter.Name, place.Modifiers[0].Text);
            return null;
        }
        var element = parameter.Type.TensorElement();
        var type = element ?? parameter.Type;
        if (parameter.Type.IsUnknown() || place.Type is null) return null;
        var supported = type.IsFloating() || (element is null ? type.SpecialType == SpecialType.System_Int32 || !Options(type).IsEmpty : type.IsInteger() || type.SpecialType == SpecialType.System_Boolean);
        if (!supported || parameter.NullableAnnotation == NullableAnnotation.Annotated)
        {
            scope.Report(Descriptors.ParameterType, place.Type.GetLocation(), parameter.Name, place.Type.ToString());
            return null;
        }
        var gradient = ReadGradient(parameter, isTensor: element is not null, type);
        if (element is null) return new(parameter.Name, type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), Layout: null, gradient, ReadDefault(parameter));
        return ReadLayout(parameter, place) is { } layout ? new(parameter.Name, type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), layout, gradient) : null;
    }

    /// <summary>The values of a type that chooses: true and false, or the members of an enum; none of any other type.</summary>
    private static ImmutableArray<Option> Options(ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_Boolean ? [new("true", 1), new("false", 0)]
        : type is INamedTypeSymbol { TypeKind: TypeKind.Enum } @enum ? [.. Members(@enum).GroupBy(member => member.Value).Select(group => group.First())]
        : [];

    private static IEnumerable<Option> Members(INamedTypeSymbol @enum) =>
        from member in @enum.GetMembers().OfType<IFieldSymbol>()
        where member.HasConstantValue
        let name = SyntaxFacts.GetKeywordKind(member.Name) == SyntaxKind.None ? member.Name : "@" + member.Name
        select new Option($"{@enum.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}.{name}", Integers.Of(member.ConstantValue!));

    private static string? ReadDefault(IParameterSymbol parameter) => !parameter.HasExplicitDefaultValue ? null : parameter.ExplicitDefaultValue switch
    {
        { } value when parameter.Type is INamedTypeSymbol { TypeKind: TypeKind.Enum } @enum =>
            Members(@enum).Where(member => member.Value == Integers.Of(value)).Select(member => member.Text).FirstOrDefault()
            ?? $"({@enum.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})({Convert.ToString(value, CultureInfo.InvariantCulture)})",
        bool value => value ? "true" : "false",
        float.NaN => "float.NaN",
        double.NaN => "double.NaN",
        float value when float.IsInfinity(value) => value > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity",
        double value when double.IsInfinity(value) => value > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity",
        float value => value.ToString("R", CultureInfo.InvariantCulture) + "f",
        double value => value.ToString("R", CultureInfo.InvariantCulture) + "d",
        int value => value.ToString(CultureInfo.InvariantCulture),
        _ => "default",
    };

    private EquatableArray<Index?>? ReadLayout(IParameterSymbol parameter, ParameterSyntax place)
    {
        if (parameter.GetAttributes().Find("Shape") is { } shape) return ReadShape(shape) is { } axes ? ShapeText.Layout(scope.Graph, axes) : null;
        scope.Report(Descriptors.ShapeMissing, place.Identifier.GetLocation(), parameter.Name);
        return null;
    }

    /// <summary>An element of a parameter: of truth values, the mask.</summary>
    private Expr Element(IParameterSymbol parameter, Expr read) =>
        parameter.Type.TensorElement()?.SpecialType == SpecialType.System_Boolean ? scope.Graph.Apply(Functions.Holds, read) : read;

    private void Declare(IParameterSymbol parameter, Parameter? read)
    {
        if (read is not null && Options(parameter.Type) is { IsEmpty: false } options) scope.Declare(parameter, options);
        else scope.Declare(parameter,
            read is null ? null
            : read.Layout is { } layout ? new(Element(parameter, scope.Graph.Read(read.Name, [.. layout])), [.. layout])
            : Value.Scalar(scope.Graph.Scalar(read.Name)));
    }

    private ParameterSyntax Syntax(IParameterSymbol parameter) => syntax.ParameterList.Parameters[parameter.Ordinal];

    private bool ReadGradient(IParameterSymbol parameter, bool isTensor, ITypeSymbol element)
    {
        var attributes = parameter.GetAttributes();
        var (asked, refused) = (attributes.Find("Gradient"), attributes.Find("NoGradient"));
        if (asked is not null && !element.IsFloating()) Misplaced(asked, parameter.Name, element.IsChoice() ? "a choice has no gradient" : "integers have no gradient");
        else if (asked is not null && isTensor) Misplaced(asked, parameter.Name, "a tensor has a gradient unless [NoGradient] says otherwise");
        if (refused is not null && !isTensor) Misplaced(refused, parameter.Name, "a scalar has no gradient unless [Gradient] asks for one");
        if (attributes.Find("Shape") is { } shape && !isTensor) Misplaced(shape, parameter.Name, "a scalar has no axes");
        return element.IsFloating() && (isTensor ? refused is null : asked is not null);
    }

    private ResultShape? ReadResultShape(ImmutableArray<string> results)
    {
        if (method.GetReturnTypeAttributes().Find("Shape") is not { } shape || results.Length == 0) return null;
        if (results.Length > 1 || method.ReturnType.TensorElement() is null)
        {
            Misplaced(shape, method.Name, results.Length > 1 ? "it names the axes of a single result, not of a tuple" : "a scalar has no axes");
            return null;
        }
        return ReadShape(shape) is { } axes ? new(axes, Argument(shape)) : null;
    }

    private ImmutableArray<Axis>? ReadShape(AttributeData shape)
    {
        var argument = shape.ConstructorArguments.FirstOrDefault();
        if (argument.Kind == TypedConstantKind.Error) return null;
        var text = argument.Value as string ?? "";
        var axes = ShapeText.Parse(text, out var error);
        if (axes is null) scope.Report(Descriptors.ShapeMalformed, Argument(shape), text, error);
        return axes;
    }

    /// <summary>One floating-point type for all tensors and results. Scalars may differ: C# says where they are converted.</summary>
    private void CheckElements(ITypeSymbol expected)
    {
        if (method.TypeParameters is [var type] && IsElement(type) && expected is not ITypeParameterSymbol) scope.Report(Descriptors.Generic, Place.Of(syntax), method.Name, $"'{type.Name}' is not the type of its results", "Remove the type parameter, or compute in it");
        foreach (var parameter in method.Parameters)
            if (parameter.Type.TensorElement() is { } element && element.IsFloating()) Check(element, parameter.Name, Syntax(parameter).Type!);
        if (method.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple)
            foreach (var field in tuple.TupleElements) Check(ResultElement(field.Type)!, field.Name, syntax.ReturnType);

        void Check(ITypeSymbol element, string name, TypeSyntax place)
        {
            if (element.SpecialType != expected.SpecialType) scope.Report(Descriptors.MixedElements, place.GetLocation(), name, element.ToDisplayString(), expected.ToDisplayString());
        }
    }

    /// <summary>No parameter or result may be called like something in the signatures of the generated methods.</summary>
    private void CheckNames(ImmutableArray<Parameter?> parameters, ImmutableArray<string> results)
    {
        var reserved = new Dictionary<string, string>(StringComparer.Ordinal) { ["cache"] = "what the forward saves for the backward", ["accumulate"] = "the choice to add gradients up" };
        foreach (var result in results) reserved["d" + (result == SingleOutput ? "out" : result)] = "an incoming gradient";
        foreach (var parameter in parameters)
            if (parameter?.HasGradient == true) reserved["d" + parameter.Name] = $"the gradient of '{parameter.Name}'";
        foreach (var (result, i) in results.Select((result, i) => (result, i)))
            Check(result, ((syntax.ReturnType as TupleTypeSyntax)?.Elements[i].Identifier ?? syntax.Identifier).GetLocation());
        foreach (var result in results) reserved[result] = "the result";
        foreach (var parameter in method.Parameters) Check(parameter.Name, Syntax(parameter).Identifier.GetLocation());

        void Check(string name, Location location)
        {
            if (reserved.TryGetValue(name, out var use)) scope.Report(Descriptors.NameReserved, location, name, use);
        }
    }

    private void Misplaced(AttributeData attribute, string on, string why)
    {
        var written = attribute.Syntax(scope.Token);
        scope.Report(Descriptors.AnnotationMisplaced, written?.GetLocation() ?? Place.Of(syntax), $"[{written?.Name}]", on, why);
    }

    private Location Argument(AttributeData attribute) =>
        attribute.Syntax(scope.Token)?.ArgumentList?.Arguments.FirstOrDefault()?.GetLocation() ?? Place.Of(syntax);
}
