file static class CrossEntropyStages
{
    /// <summary>The stages in their order. All of them are returned, the result last.</summary>
    public static (Tensor<float> logitsMax, Tensor<float> logitsFromMax, Tensor<float> logitsSum,
        Tensor<float> logProbabilities, Tensor<float> picked, float output) Forward(Tensor<float> logits, Tensor<int> labels)
    {
        // (1) logitsMax[n] = max_c logits[n,c]
        Tensor<float> logitsMax = logits.Max(axis: 1, keepDims: true);
        // (2) logitsFromMax[n,c] = logits[n,c] − logitsMax[n]
        Tensor<float> logitsFromMax = logits - logitsMax;
        // (3) logitsSum[n] = Σ_c exp(logitsFromMax[n,c])
        Tensor<float> logitsSum = logitsFromMax.Exp().Sum(axis: 1, keepDims: true);
        // (4) logProbabilities[n,c] = logitsFromMax[n,c] − log(logitsSum[n])
        Tensor<float> logProbabilities = logitsFromMax - logitsSum.Log();
        // (5) picked[n] = Σ_c [labels[n] = c]·logProbabilities[n,c]
        Tensor<float> picked = logProbabilities.Gather(labels, axis: 1);
        // (6) output = −1/N·Σ_n picked[n]
        float output = -picked.Mean();

        return (logitsMax, logitsFromMax, logitsSum, logProbabilities, picked, output);
    }

    /// <summary>The stages in reverse: from the gradient of each, the gradients of what it was made from.</summary>
    public static Tensor<float> Backward(float dout, Tensor<float> logits, Tensor<int> labels, Tensor<float> logitsMax,
        Tensor<float> logitsFromMax, Tensor<float> logitsSum)
    {
        nint N = logits.Lengths[0];
        nint C = logits.Lengths[1];

        // (6) output = −1/N·Σ_n picked[n]
        Tensor<float> dpicked = Tensor.Broadcast<float>(Tensor.Create<float>([-1f / N * dout]), [N]);
        // (5) picked[n] = Σ_c [labels[n] = c]·logProbabilities[n,c]
        Tensor<float> dlogProbabilities = dpicked.Unsqueeze(axis: 1) * labels.OneHot<float>(C);
        // (4) logProbabilities[n,c] = logitsFromMax[n,c] − log(logitsSum[n])
        Tensor<float> dlogitsFromMax = dlogProbabilities;
        Tensor<float> dlogitsSum = -dlogProbabilities.Sum(axis: 1, keepDims: true) / logitsSum;
        // (3) logitsSum[n] = Σ_c exp(logitsFromMax[n,c])
        dlogitsFromMax = dlogitsFromMax + dlogitsSum * logitsFromMax.Exp();
        // (2) logitsFromMax[n,c] = logits[n,c] − logitsMax[n]
        Tensor<float> dlogits = dlogitsFromMax;
        Tensor<float> dlogitsMax = -dlogitsFromMax.Sum(axis: 1, keepDims: true);
        // (1) logitsMax[n] = max_c logits[n,c]
        Tensor<bool> isMax = logits.EqualTo(logitsMax);
        dlogits = dlogits + isMax.Where(dlogitsMax / isMax.Where(1f, 0f).Sum(axis: 1, keepDims: true), 0);

        return dlogits;
    }
}
