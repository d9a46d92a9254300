using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>What has to hold when the layer is called, and is checked before anything is written.</summary>
internal abstract record Condition;

/// <summary>Each element of an integer tensor is a place along an axis: 0 ≤ label &lt; extent.</summary>
internal sealed record LabelsInRange(string Tensor, Axis Axis) : Condition;

/// <summary>An axis is made of others, the last one running fastest: C = G · K.</summary>
/// <param name="Whole">The axis.</param>
/// <param name="Parts">What it is made of.</param>
/// <param name="Sizes">
/// For each part what its extent is, in C#: a parameter or a number; empty for the one that is what division leaves; the
/// name of the part itself where that is known from elsewhere.
/// </param>
internal sealed record AxisSplit(Axis Whole, EquatableArray<Axis> Parts, EquatableArray<string> Sizes) : Condition;

/// <summary>One number of elements is a multiple of another, so that the division of integers is exact.</summary>
/// <param name="Number">What is divided, in C#.</param>
/// <param name="Divisor">What it is divided by.</param>
internal sealed record Divisible(string Number, string Divisor) : Condition;

/// <summary>An axis is not empty, since the largest or smallest of its elements is asked for.</summary>
internal sealed record NotEmpty(Axis Axis) : Condition;
