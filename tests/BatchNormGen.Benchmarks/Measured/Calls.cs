namespace BatchNormGen.Benchmarks.Measured;

/// <summary>A layer on a problem: what computes its output, and what then computes its gradients, again and again if wanted.</summary>
internal readonly record struct Calls(Action Forward, Action Backward);
