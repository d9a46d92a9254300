file static class AffineReluStages
{
    /// <summary>The stages in their order. All of them are returned, the result last.</summary>
    public static (Tensor<float> scores, Tensor<float> output) Forward(Tensor<float> x, Tensor<float> w, Tensor<float> b)
    {
        // (1) scores[n,m] = Σ_d x[n,d]·w[d,m] + b[m]
        Tensor<float> scores = x.MatMul(w) + b;
        // (2) output[n,m] = relu(scores[n,m])
        Tensor<float> output = scores.Relu();

        return (scores, output);
    }

    /// <summary>The stages in reverse: from the gradient of each, the gradients of what it was made from.</summary>
    public static (Tensor<float> dx, Tensor<float> dw, Tensor<float> db) Backward(Tensor<float> dout, Tensor<float> x,
        Tensor<float> w, Tensor<float> scores)
    {
        // (2) output[n,m] = relu(scores[n,m])
        Tensor<float> dscores = scores.GreaterThan(0f).Where(dout, 0);
        // (1) scores[n,m] = Σ_d x[n,d]·w[d,m] + b[m]
        Tensor<float> dx = dscores.MatMul(w.Transpose());
        Tensor<float> dw = x.Transpose().MatMul(dscores);
        Tensor<float> db = dscores.Sum(axis: 0);

        return (dx, dw, db);
    }
}
