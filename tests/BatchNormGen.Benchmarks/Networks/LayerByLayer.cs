using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using DigitsNet;
using static BatchNormGen.Benchmarks.Layers;

namespace BatchNormGen.Benchmarks.Networks;

/// <summary>
/// The same network put together by hand: a generated batch normalization, <see cref="Products"/> for the affine maps, and
/// TensorPrimitives for what is left.
/// </summary>
internal sealed class LayerByLayer(Workload workload) : Contender
{
    private readonly Parameters p = new(workload);
    private readonly BatchNormWithStatisticsCache cache1 = new(), cache2 = new();
    private readonly float[]
        x1 = new float[workload.Count * Hidden], output1 = new float[workload.Count * Hidden], hidden1 = new float[workload.Count * Hidden],
        x2 = new float[workload.Count * Hidden], output2 = new float[workload.Count * Hidden], hidden2 = new float[workload.Count * Hidden],
        scores = new float[workload.Count * Classes], dscores = new float[workload.Count * Classes],
        dhidden = new float[workload.Count * Hidden], dx = new float[workload.Count * Hidden];

    private float loss;

    public override float Loss => loss;

    public override void Step()
    {
        Affine(workload.Images, p.Weights1, x1, Pixels, Hidden);
        BatchNormWithStatisticsForward(Rows(x1), p.Gamma1.Value, p.Beta1.Value, Rows(output1), p.Mean1.Latest, p.Variance1.Latest, cache1);
        TensorPrimitives.Max(output1, 0f, hidden1);
        Affine(hidden1, p.Weights2, x2, Hidden, Hidden);
        BatchNormWithStatisticsForward(Rows(x2), p.Gamma2.Value, p.Beta2.Value, Rows(output2), p.Mean2.Latest, p.Variance2.Latest, cache2);
        TensorPrimitives.Max(output2, 0f, hidden2);
        Affine(hidden2, p.Weights3, scores, Hidden, Classes);
        CrossEntropy();

        AffineBackward(dscores, hidden2, p.Weights3, dhidden, Hidden, Classes);
        ReluBackward(output2, dhidden);
        BatchNormWithStatisticsBackward(
            Rows(dhidden), Rows(x2), p.Gamma2.Value, p.Beta2.Value, cache2, Rows(dx), p.Gamma2.Gradient, p.Beta2.Gradient);
        AffineBackward(dx, hidden1, p.Weights2, dhidden, Hidden, Hidden);
        ReluBackward(output1, dhidden);
        BatchNormWithStatisticsBackward(
            Rows(dhidden), Rows(x1), p.Gamma1.Value, p.Beta1.Value, cache1, Rows(dx), p.Gamma1.Gradient, p.Beta1.Gradient);
        AffineBackward(dx, workload.Images, p.Weights1, [], Pixels, Hidden);
        p.Update();
    }

    private TensorSpan<float> Rows(float[] values) => new(values, [workload.Count, Hidden]);

    private void Affine(float[] x, Parameter weights, float[] output, int inputs, int outputs) => Products.Multiply(
        Matrix(x, inputs), new ReadOnlyMatrix<float>(Values(weights.Value), inputs, outputs, outputs, 1),
        new Matrix<float>(output, workload.Count, outputs, outputs, 1), add: false);

    /// <summary>dweights = xᵀ·dout and, where it is wanted, dx = dout·weightsᵀ.</summary>
    private void AffineBackward(float[] dout, float[] x, Parameter weights, float[] dx, int inputs, int outputs)
    {
        Products.Multiply(
            new ReadOnlyMatrix<float>(x, inputs, workload.Count, 1, inputs), Matrix(dout, outputs),
            new Matrix<float>(Values(weights.Gradient), inputs, outputs, outputs, 1), add: false);
        if (dx.Length == 0)
        {
            return;
        }

        Products.Multiply(
            Matrix(dout, outputs), new ReadOnlyMatrix<float>(Values(weights.Value), outputs, inputs, 1, outputs),
            new Matrix<float>(dx, workload.Count, inputs, inputs, 1), add: false);
    }

    private ReadOnlyMatrix<float> Matrix(float[] values, int columns) => new(values, workload.Count, columns, columns, 1);

    private static void ReluBackward(float[] x, float[] dout)
    {
        for (var i = 0; i < x.Length; i++)
        {
            dout[i] = x[i] > 0f ? dout[i] : 0f;
        }
    }

    /// <summary>Adds the last bias, and computes the loss and dscores[n] = (softmax(scores[n]) − oneHot(labels[n])) / N.</summary>
    private void CrossEntropy()
    {
        loss = 0;
        var bias = Values(p.Bias3.Value);
        var dbias = Values(p.Bias3.Gradient);
        dbias.Clear();
        for (var n = 0; n < workload.Count; n++)
        {
            var row = scores.AsSpan(n * Classes, Classes);
            var drow = dscores.AsSpan(n * Classes, Classes);
            TensorPrimitives.Add(row, bias, row);
            TensorPrimitives.Subtract(row, TensorPrimitives.Max<float>(row), row);
            TensorPrimitives.Exp<float>(row, drow);
            var sum = TensorPrimitives.Sum<float>(drow);
            loss += (MathF.Log(sum) - row[workload.Labels[n]]) / workload.Count;
            TensorPrimitives.Divide(drow, sum * workload.Count, drow);
            drow[workload.Labels[n]] -= 1f / workload.Count;
            TensorPrimitives.Add(dbias, drow, dbias);
        }
    }

    private static Span<float> Values(Tensor<float> tensor) =>
        MemoryMarshal.CreateSpan(ref tensor.GetPinnableReference(), checked((int)tensor.FlattenedLength));
}
