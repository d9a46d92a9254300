namespace BatchNormGen.Generator.Tests;

/// <summary>The part of the library that the sources of these tests call, as text.</summary>
internal static class Library
{
    public const string Source = """
        #nullable enable
        using System;
        using System.Numerics;
        using System.Numerics.Tensors;

        namespace BatchNormGen;

        public enum BackwardForm { ClosedForm, Staged }

        [AttributeUsage(AttributeTargets.Method)]
        public sealed class DifferentiableAttribute : Attribute { public BackwardForm Backward { get; set; } }

        [AttributeUsage(AttributeTargets.Parameter | AttributeTargets.ReturnValue)]
        public sealed class ShapeAttribute(string axes) : Attribute { public string Axes { get; } = axes; }

        [AttributeUsage(AttributeTargets.Parameter)]
        public sealed class GradientAttribute : Attribute;

        [AttributeUsage(AttributeTargets.Parameter)]
        public sealed class NoGradientAttribute : Attribute;

        public static class StagedOperations
        {
            extension<T>(Tensor<T> x) where T : IFloatingPointIeee754<T>
            {
                public Tensor<T> Square() => throw null!;
                public Tensor<T> Sqrt() => throw null!;
                public Tensor<T> Reciprocal() => throw null!;
                public Tensor<T> ReciprocalSqrt() => throw null!;
                public Tensor<T> Exp() => throw null!;
                public Tensor<T> Log() => throw null!;
                public Tensor<T> Tanh() => throw null!;
                public Tensor<T> Sigmoid() => throw null!;
                public Tensor<T> Relu() => throw null!;
                public Tensor<T> Pow(T exponent) => throw null!;
                public Tensor<T> Pow(Tensor<T> exponent) => throw null!;
                public T Sum() => throw null!;
                public Tensor<T> Sum(int axis, bool keepDims = false) => throw null!;
                public Tensor<T> Sum(ReadOnlySpan<int> axes, bool keepDims = false) => throw null!;
                public T Mean() => throw null!;
                public Tensor<T> Mean(int axis, bool keepDims = false) => throw null!;
                public Tensor<T> Mean(ReadOnlySpan<int> axes, bool keepDims = false) => throw null!;
                public Tensor<T> Variance(int axis, int correction = 0, bool keepDims = false) => throw null!;
                public Tensor<T> Softmax(int axis) => throw null!;
                public Tensor<T> Transpose() => throw null!;
                public Tensor<T> StopGradient() => throw null!;
                public Tensor<T> OneHot(int classes) => throw null!;
                public Tensor<T> Gather(Tensor<int> labels, int axis) => throw null!;
            }
        }
        """;
}
