using System.Collections.Immutable;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Differentiating;

/// <summary>The staged backward: the stages in reverse, one local gradient each, and the gradients of the parameters.</summary>
/// <param name="Graph">Holds the expressions; grown from the layer's.</param>
/// <param name="Incoming">The names of the gradients that come in, one for each output.</param>
/// <param name="Steps">One for each stage that a gradient reaches, the last stage first.</param>
/// <param name="Results">One for each parameter that has a gradient, in the order of the parameters.</param>
internal sealed record Gradients(Graph Graph, ImmutableArray<string> Incoming, ImmutableArray<BackwardStep> Steps, ImmutableArray<Gradient> Results);

/// <summary>What the operands of one stage receive from it.</summary>
/// <param name="Stage">The stage of the forward.</param>
/// <param name="Gradient">The gradient that comes in for it.</param>
/// <param name="Contributions">One for each operand.</param>
internal sealed record BackwardStep(Named Stage, Expr Gradient, ImmutableArray<Contribution> Contributions);

/// <summary>A share of the gradient of a stage or a parameter.</summary>
/// <param name="Target">The stage (<see cref="Named"/>) or the name of the parameter that receives it.</param>
/// <param name="Name">The name of the target's gradient: <c>d</c> and the target's name.</param>
/// <param name="Value">What it receives.</param>
internal sealed record Contribution(Expr Target, string Name, Expr Value);

/// <summary>The gradient of a parameter, over the parameter's own indices.</summary>
internal sealed record Gradient(Parameter Parameter, Expr Value);
