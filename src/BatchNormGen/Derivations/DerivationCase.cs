namespace BatchNormGen;

/// <summary>The derivation of one formula: of a method without choices, or of one case of a method with some.</summary>
/// <param name="Choices">What leads to the case: <c>training = true and mode = Mode.Fast</c>. Null where the method has no choices.</param>
/// <param name="Layer">What the layer is over: <c>x[N, D], gamma[D], beta[D]</c>.</param>
/// <param name="Stages">The stages of the method as they are written, in their order.</param>
/// <param name="StableForms">The stages that are brought to a form that computes the same and rounds better, before all else.</param>
/// <param name="Backward">What the operands of each stage receive, the last stage first. Empty where there is no gradient.</param>
/// <param name="Abbreviations">The names for what the formulas below repeat, each after those that are in it.</param>
/// <param name="Simplification">The stages and gradients that come to another form, each after those that are in it. Empty in the staged form.</param>
/// <param name="ClosedForm">The gradients, after such parts of them as have names. Empty in the staged form.</param>
/// <param name="Cost">What the layer costs, line by line.</param>
public sealed record DerivationCase(
    string? Choices,
    string Layer,
    IReadOnlyList<DerivationStage> Stages,
    IReadOnlyList<DerivationValue> StableForms,
    IReadOnlyList<DerivationContribution> Backward,
    IReadOnlyList<DerivationFormula> Abbreviations,
    IReadOnlyList<DerivationValue> Simplification,
    IReadOnlyList<DerivationFormula> ClosedForm,
    IReadOnlyList<DerivationCost> Cost);

/// <summary>An equation in index notation: <c>mean[d] = 1/N·Σ_n x[n,d]</c>.</summary>
/// <param name="Name">The name on the left.</param>
/// <param name="Indices">Its indices, in the order of the axes; empty for a scalar.</param>
/// <param name="Value">The right side, in one line.</param>
public sealed record DerivationFormula(string Name, IReadOnlyList<string> Indices, string Value)
{
    /// <summary>The left side: <c>mean[d]</c>.</summary>
    public string Left => Indices.Count == 0 ? Name : $"{Name}[{string.Join(",", Indices)}]";

    /// <summary>The equation.</summary>
    public override string ToString() => $"{Left} = {Value}";
}

/// <summary>A stage of the method.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Formula">What it is called, and what it computes.</param>
public sealed record DerivationStage(int Number, DerivationFormula Formula);

/// <summary>What one operand of a stage receives in the backward: a share of the operand's gradient.</summary>
/// <param name="Stage">The number of the stage.</param>
/// <param name="Share">The gradient that receives, and what it receives; all shares of a gradient are added.</param>
public sealed record DerivationContribution(int Stage, DerivationFormula Share);

/// <summary>How a stage or a gradient comes to its closed form.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it is: <c>a stage</c>, <c>the gradient through mean</c>, <c>the gradient of x</c>.</param>
/// <param name="Staged">Its formula by the stages and gradients that it is made of.</param>
/// <param name="Steps">The rules that are used on the way for the first time.</param>
/// <param name="Again">The numbers of earlier steps that are used, too.</param>
/// <param name="Result">Its closed form.</param>
public sealed record DerivationValue(
    string Name, string Role, DerivationFormula Staged, IReadOnlyList<DerivationStep> Steps, IReadOnlyList<int> Again, DerivationFormula Result);

/// <summary>One use of a rule.</summary>
/// <param name="Number">Its number, from 1; the steps of a case are counted through.</param>
/// <param name="Rule">The name of the rule.</param>
/// <param name="Law">The law that the rule says, with its condition. The text has it where the rule is used first.</param>
/// <param name="Before">What stood before.</param>
/// <param name="After">What is equal to it by the law.</param>
/// <param name="Reasons">Of a rule that does not always help: why its use was kept. Empty for any other.</param>
public sealed record DerivationStep(int Number, string Rule, string Law, string Before, string After, IReadOnlyList<string> Reasons);

/// <summary>A line about the cost.</summary>
/// <param name="Depth">How far in it stands: 1, or one more than the line that it explains.</param>
/// <param name="Text">What it says.</param>
public sealed record DerivationCost(int Depth, string Text);
