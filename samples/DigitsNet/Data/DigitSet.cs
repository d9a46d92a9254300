using System.Numerics.Tensors;

namespace DigitsNet.Data;

/// <summary>Images of 8 by 8 pixels, 0 (paper) to 1 (ink), row by row, each with the digit that it shows.</summary>
internal sealed class DigitSet(float[][] images, int[] labels)
{
    public const int Pixels = 64, Classes = 10;

    public int Count => labels.Length;

    /// <summary>The images [Count, Pixels].</summary>
    public Tensor<float> Images { get; } = Tensor.Create(images.SelectMany(pixels => pixels).ToArray(), [images.Length, Pixels]);

    public ReadOnlySpan<int> Labels => labels;

    /// <summary>Copies the examples at <paramref name="positions"/>.</summary>
    public void Copy(ReadOnlySpan<int> positions, Span<float> toImages, Span<int> toLabels)
    {
        for (var n = 0; n < positions.Length; n++)
        {
            images[positions[n]].CopyTo(toImages[(n * Pixels)..]);
            toLabels[n] = labels[positions[n]];
        }
    }
}
