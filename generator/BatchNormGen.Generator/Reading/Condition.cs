using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>What has to hold when the layer is called, and is checked before anything is written.</summary>
internal abstract record Condition;

/// <summary>Each element of an integer tensor is a place along an axis: 0 ≤ label &lt; extent.</summary>
internal sealed record LabelsInRange(string Tensor, Axis Axis) : Condition;

/// <summary>An axis is not empty, since the largest or smallest of its elements is asked for.</summary>
internal sealed record NotEmpty(Axis Axis) : Condition;
