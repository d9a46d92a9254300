using System.Numerics.Tensors;

namespace DigitsNet.Network;

/// <summary>loss = −1/N · Σ_n log softmax(logits[n])[labels[n]]</summary>
internal sealed class SoftmaxCrossEntropy(int capacity, int classes)
{
    private readonly Batch dlogits = new(capacity, classes);

    /// <summary>The mean loss of the mini-batch and its gradient, dlogits[n] = (softmax(logits[n]) − oneHot(labels[n])) / N.</summary>
    public (float Loss, Batch DLogits) ValueAndGradient(Batch logits, ReadOnlySpan<int> labels)
    {
        dlogits.Count = logits.Count;
        var loss = 0f;
        for (var n = 0; n < logits.Count; n++)
        {
            var probabilities = dlogits[n];
            Softmax(logits[n], probabilities);
            loss -= MathF.Log(MathF.Max(probabilities[labels[n]], float.Epsilon));
            probabilities[labels[n]] -= 1f;
        }

        TensorPrimitives.Divide(dlogits.Values, logits.Count, dlogits.Values);
        return (loss / logits.Count, dlogits);
    }

    // Without the largest logit taken off first, exp could overflow; it cancels in the quotient.
    private static void Softmax(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), probabilities);
        TensorPrimitives.Exp<float>(probabilities, probabilities);
        TensorPrimitives.Divide(probabilities, TensorPrimitives.Sum<float>(probabilities), probabilities);
    }
}
