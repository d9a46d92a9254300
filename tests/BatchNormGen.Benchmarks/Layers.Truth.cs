using System.Numerics.Tensors;

namespace BatchNormGen.Benchmarks;

/// <summary>The same layers in double with the naive backward, one local gradient a stage and nothing fused: what all results are compared with.</summary>
internal static partial class Layers
{
    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> BatchNormTruth([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, [Shape("D")] Tensor<double> beta, double eps) =>
        BatchNorm(x, gamma, beta, eps);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> ImageBatchNormTruth(
        [Shape("N, C, H, W")] Tensor<double> x, [Shape("C, 1, 1")] Tensor<double> gamma, [Shape("C, 1, 1")] Tensor<double> beta, double eps) =>
        ImageBatchNorm(x, gamma, beta, eps);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> BatchNormReluTruth([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, [Shape("D")] Tensor<double> beta, double eps) =>
        BatchNormRelu(x, gamma, beta, eps);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> ImageBatchNormReluTruth(
        [Shape("N, C, H, W")] Tensor<double> x, [Shape("C, 1, 1")] Tensor<double> gamma, [Shape("C, 1, 1")] Tensor<double> beta, double eps) =>
        ImageBatchNormRelu(x, gamma, beta, eps);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> LayerNormTruth([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, [Shape("D")] Tensor<double> beta, double eps) =>
        LayerNorm(x, gamma, beta, eps);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> RmsNormTruth([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, double eps) =>
        RmsNorm(x, gamma, eps);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> GroupNormTruth(
        [Shape("N, C, H, W")] Tensor<double> x, [Shape("C, 1, 1")] Tensor<double> gamma, [Shape("C, 1, 1")] Tensor<double> beta, int groups, double eps) =>
        GroupNorm(x, gamma, beta, groups, eps);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> SoftmaxTruth([Shape("N, C")] Tensor<double> x) => Softmax(x);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static double CrossEntropyTruth([Shape("N, C")] Tensor<double> x, [Shape("N")] Tensor<int> labels) => CrossEntropy(x, labels);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> GeluTruth([Shape("N, D")] Tensor<double> x) => Gelu(x);
}
