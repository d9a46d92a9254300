using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Diagnostics;

/// <summary>
/// Everything that the generator says to its user. Each message tells what is wrong, why, and what to write instead;
/// each has a page under docs/diagnostics.
/// </summary>
internal static class Descriptors
{
    public const string Category = "BatchNormGen";

    // The declaration.

    public static readonly DiagnosticDescriptor TypeNotPartial = Error("BNG0001", "The type cannot be extended",
        "The type '{0}' around '{1}' must be partial, and not file-local, because the generator adds members to it. Declare it as '{2}'.");

    public static readonly DiagnosticDescriptor MethodNotStatic = Error("BNG0002", "The method is not an ordinary static method",
        "'{0}' cannot be differentiable: only ordinary static methods are, because a layer depends on its parameters alone. {1}.");

    public static readonly DiagnosticDescriptor NoBody = Error("BNG0003", "The method has no body",
        "'{0}' has no body to differentiate. Write the implementing half of the partial method, with its body; the generator adds the declaring half.");

    public static readonly DiagnosticDescriptor Generic = Error("BNG0004", "The method or its type is generic",
        "'{0}' is generic, but {1}. {2}.");

    public static readonly DiagnosticDescriptor NameTaken = Error("BNG0005", "Two differentiable methods share a name",
        "Another differentiable method of '{0}' is called '{1}' too, up to case, so that their generated members would collide. Give one of them another name.");

    public static readonly DiagnosticDescriptor ParameterType = Error("BNG0006", "The type of the parameter is not supported",
        "The parameter '{0}' has the type '{1}'. A layer takes Tensor<float> or Tensor<double>, tensors of integers or bool, and scalars of type float, double or int.");

    public static readonly DiagnosticDescriptor ParameterModifier = Error("BNG0007", "The modifier of the parameter is not supported",
        "The parameter '{0}' is '{1}', but a layer takes its inputs by value and returns its results. Remove '{1}'.");

    public static readonly DiagnosticDescriptor ShapeMissing = Error("BNG0008", "The tensor has no shape",
        "The axes of the tensor '{0}' have no names. Write [Shape(\"…\")] before it, for example [Shape(\"N, D\")].");

    public static readonly DiagnosticDescriptor ShapeMalformed = Error("BNG0009", "The shape cannot be read",
        "The shape \"{0}\" cannot be read: {1}. Write the names or positive extents of the axes, separated by commas, for example \"N, C, 28, 28\".");

    public static readonly DiagnosticDescriptor ReturnType = Error("BNG0010", "The return type is not supported",
        "The return type '{0}' is not supported. A layer returns Tensor<float>, Tensor<double>, float, double, or a tuple of these whose elements all have names.");

    public static readonly DiagnosticDescriptor MixedElements = Error("BNG0011", "The element types are mixed",
        "'{0}' has elements of type {1}, but the result has elements of type {2}. Use one floating-point type for all tensors and results of a layer.");

    public static readonly DiagnosticDescriptor AnnotationMisplaced = Warning("BNG0012", "The annotation has no effect here",
        "{0} has no effect on '{1}': {2}. Remove it.");

    public static readonly DiagnosticDescriptor NameReserved = Error("BNG0013", "The generated code needs this name",
        "The name '{0}' is needed in the generated code for {1}. Give '{0}' another name.");

    public static readonly DiagnosticDescriptor ResultShape = Error("BNG0014", "The result has another shape than declared",
        "The result has the shape {0}, but {1} is declared. Correct the body or the declaration.");

    // The body.

    public static readonly DiagnosticDescriptor Statement = Error("BNG0015", "The statement is not supported",
        "'{0}' cannot be part of a layer: {1}. {2}.");

    public static readonly DiagnosticDescriptor ControlFlow = Error("BNG0016", "The control flow is not known",
        "'{0}' cannot be part of a layer, whose body has to be one formula for every element. {1}.");

    public static readonly DiagnosticDescriptor Mutation = Error("BNG0017", "A value is changed",
        "'{0}' changes something that others may see, but a layer only computes its results. {1}.");

    public static readonly DiagnosticDescriptor Closure = Error("BNG0018", "Lambdas and delegates are not supported",
        "{0} cannot be part of a layer: which code a delegate runs is known only when the layer runs. Call a static method or a local function by its name.");

    public static readonly DiagnosticDescriptor Expression = Error("BNG0019", "The expression is not supported",
        "'{0}' cannot be part of a layer: {1}. {2}.");

    public static readonly DiagnosticDescriptor OperationNotTaken = Error("BNG0020", "The operation is not supported yet",
        "The generator does not know the derivative of '{0}' in this form yet. Compose it of what is supported: {1}.");

    public static readonly DiagnosticDescriptor ForeignMethod = Error("BNG0021", "The method is not a staged operation",
        "'{0}' is not an operation that the generator knows, and its source is not in this project, so that it cannot be read. Write the computation out, with what is supported: {1}.");

    public static readonly DiagnosticDescriptor IntegerArithmetic = Error("BNG0022", "Integer arithmetic rounds",
        "'{0}' rounds to a whole number, which has no derivative. Convert an operand to a floating-point type, for example '{1}'.");

    public static readonly DiagnosticDescriptor NotFinite = Error("BNG0023", "The constant is not a finite number",
        "The constant '{0}' is {1}, with which no formula can be simplified. Use a finite number.");

    public static readonly DiagnosticDescriptor Exponent = Error("BNG0024", "The exponent is too large",
        "The exponent '{0}' is larger than {1} in magnitude, and constant exponents are kept as exact fractions. Compose the power of Exp and Log: (p * x.Log()).Exp() for positive x.");

    public static readonly DiagnosticDescriptor NotConstant = Error("BNG0025", "The argument is not a constant",
        "'{0}' must be a constant, because the shape of the result depends on it. Write {1}.");

    public static readonly DiagnosticDescriptor AxisOutOfRange = Error("BNG0026", "There is no such axis, or it is named twice",
        "Axis {0} {1}. The shape is {2}: axes count from 0 to {3}, or from -1 for the last one.");

    public static readonly DiagnosticDescriptor AxesDoNotAlign = Error("BNG0027", "The shapes do not align",
        "The shapes {0} and {1} do not align: counted from the last axis, {2} meets {3}. Axes of the same name align, and an axis of extent 1 with any (keepDims: true leaves one where a reduction removes an axis).");

    // Calls and choices.

    public static readonly DiagnosticDescriptor Recursion = Error("BNG0030", "A method calls itself",
        "'{0}' calls itself here, or through others, but a call becomes a part of the formula, which must have an end. Write a loop with constant bounds instead.");

    public static readonly DiagnosticDescriptor NotComposed = Error("BNG0031", "The method cannot be read in place of its call",
        "'{0}' cannot be part of a layer: {1}. {2}.");

    public static readonly DiagnosticDescriptor CalleeNotRead = Error("BNG0032", "The called layer cannot be read",
        "The layer '{0}' cannot be part of this one, because its body cannot be read with these arguments. Mend it there: {1}");

    public static readonly DiagnosticDescriptor ArgumentShape = Error("BNG0033", "The argument has another shape than declared",
        "The parameter '{0}' of '{1}' is declared with the shape {2}, but the argument has the shape {3}: {4}. Pass a tensor of that shape, or correct the declaration.");

    public static readonly DiagnosticDescriptor TooLong = Error("BNG0034", "The layer is too long when it is written out",
        "Loops and calls are written out, and there are more than {0} rounds and calls, stages, or operations inside each other. Let loops have fewer rounds, divide the layer, or use operations on whole tensors.");

    public static readonly DiagnosticDescriptor TooManyCases = Error("BNG0035", "There are too many cases",
        "Each way to choose by the parameters of '{0}' makes a formula, and here there are more than {1}. Choose by fewer parameters, or split the layer.");

    public static readonly DiagnosticDescriptor CasesDiffer = Error("BNG0036", "The shape of the result depends on a choice",
        "'{0}' has the shape {1} where {2}, but {3} where {4}. Let every choice give the same shape, or write a layer for each.");

    public static readonly DiagnosticDescriptor LabelsDoNotFit = Error("BNG0040", "The labels do not fit",
        "Labels of shape {0} cannot pick from {1}: one element is taken for each label, and the axis goes away, so the labels must have the shape {2}.");

    public static readonly DiagnosticDescriptor ReshapeParts = Error("BNG0041", "The new shape does not split or join whole axes",
        "A tensor of shape {0} cannot be reshaped at the extent {1}: a new axis must be a whole axis, several neighbours together, or a factor of one, such as x.Lengths[1] / groups with groups before it.");

    public static readonly DiagnosticDescriptor CustomGradient = Error("BNG0042", "The operation and its gradient do not go together",
        "'{0}' cannot be called with '{1}' as its gradient: {2}.");

    // What became of it.

    public static readonly DiagnosticDescriptor StableForm = Info("BNG0050", "A stage is computed in a stable form",
        "'{0}' is computed in a stable form: {1}.");

    public static readonly DiagnosticDescriptor BudgetSpent = Warning("BNG0051", "The layer is too large to be simplified to the end",
        "The simplification of '{0}' stopped when its budget of {1} steps was spent. The gradients are right, but may take more work than a closed form would. Divide the layer into several differentiable methods, and call their forwards and backwards one after the other.");

    public static readonly DiagnosticDescriptor InternalFailure = Error("BNG9999", "The generator failed",
        "The generator failed on '{0}' with {1}: {2}. This is a defect of BatchNormGen; please report it, with the method, at https://github.com/batchnormgen/batchnormgen/issues.");

    public static readonly ImmutableArray<DiagnosticDescriptor> All =
    [
        TypeNotPartial, MethodNotStatic, NoBody, Generic, NameTaken, ParameterType, ParameterModifier, ShapeMissing, ShapeMalformed,
        ReturnType, MixedElements, AnnotationMisplaced, NameReserved, ResultShape,
        Statement, ControlFlow, Mutation, Closure, Expression, OperationNotTaken, ForeignMethod, IntegerArithmetic, NotFinite, Exponent,
        NotConstant, AxisOutOfRange, AxesDoNotAlign,
        Recursion, NotComposed, CalleeNotRead, ArgumentShape, TooLong, TooManyCases, CasesDiffer, LabelsDoNotFit, ReshapeParts, CustomGradient,
        StableForm, BudgetSpent, InternalFailure,
    ];

    private static DiagnosticDescriptor Error(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Info(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Info);

    private static DiagnosticDescriptor Create(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, Category, severity, isEnabledByDefault: true,
            helpLinkUri: $"https://github.com/batchnormgen/batchnormgen/blob/main/docs/diagnostics/{id}.md");
}
